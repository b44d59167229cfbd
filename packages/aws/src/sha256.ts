import {
  createHash,
  createHmac,
  createSecretKey,
  type Hash,
  type Hmac,
  type KeyObject,
} from 'node:crypto'

/** Node prepares a key that is given as bytes for every digest anew; the signer keeps a day's. */
const prepared = new WeakMap<object, KeyObject>()

/** SHA-256, or HMAC where there is a key, as AWS's signer wants it. */
export class Sha256 {
  #digesting: Hash | Hmac
  readonly #begin: () => Hash | Hmac

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#begin = () =>
      key === undefined ? createHash('sha256') : createHmac('sha256', keyOf(key))
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

function keyOf(key: string | ArrayBuffer | ArrayBufferView): string | KeyObject {
  if (typeof key === 'string') return key
  const known = prepared.get(key) ?? createSecretKey(bytesOf(key))
  prepared.set(key, known)
  return known
}

function bytesOf(key: ArrayBuffer | ArrayBufferView): Buffer {
  return ArrayBuffer.isView(key)
    ? Buffer.from(key.buffer, key.byteOffset, key.byteLength)
    : Buffer.from(key)
}
