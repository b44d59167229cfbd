import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'

/** SHA-256, or HMAC where there is a key, as AWS's signer wants it. */
export class Sha256 {
  #digesting: Hash | Hmac
  readonly #begin: () => Hash | Hmac

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#begin = () =>
      key === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(key))
    this.#digesting = this.#begin()
  }

  update(data: string | Uint8Array): void {
    this.#digesting.update(data)
  }

  async digest(): Promise<Uint8Array> {
    return this.#digesting.digest()
  }

  reset(): void {
    this.#digesting = this.#begin()
  }
}

function bytesOf(key: string | ArrayBuffer | ArrayBufferView): string | Buffer {
  if (typeof key === 'string') return key
  return ArrayBuffer.isView(key)
    ? Buffer.from(key.buffer, key.byteOffset, key.byteLength)
    : Buffer.from(key)
}
