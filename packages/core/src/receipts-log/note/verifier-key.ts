import { createHash, createPublicKey, verify } from 'node:crypto'
import { ReceiptsLogError } from '../../errors.ts'
import { fromBase64, toBase64 } from './base64.ts'

/** Ed25519 is the one type of signature that is read and made here (C2SP signed-note). */
const ed25519 = 1

/** A public key and the name it signs under. */
export interface VerifierKey {
  readonly name: string
  /** Eight hexadecimal digits, made of the name and the key. */
  readonly id: string
  /** 32 bytes. */
  readonly publicKey: Uint8Array
}

/** @throws ReceiptsLogError `malformed-key` for a name that no signature line can hold */
export function verifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name) || publicKey.length !== 32) throw malformed()
  const id = createHash('sha256').update(`${name}\n`).update(typed(publicKey)).digest('hex')
  return { name, id: id.slice(0, 8), publicKey }
}

/**
 * A key as text: `<name>+<id>+<base64>`.
 * @throws ReceiptsLogError `malformed-key`
 */
export function parseVerifierKey(vkey: string): VerifierKey {
  const [name = '', id, base64 = '', ...more] = vkey.split('+')
  // Base64 has a plus as well.
  const bytes = fromBase64([base64, ...more].join('+'))
  if (bytes?.length !== 33 || bytes[0] !== ed25519) throw malformed()
  const key = verifierKey(name, bytes.subarray(1))
  if (key.id !== id) throw malformed()
  return key
}

export function printVerifierKey({ name, id, publicKey }: VerifierKey): string {
  return `${name}+${id}+${toBase64(typed(publicKey))}`
}

export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\s\p{White_Space}+\p{Cc}]/u.test(name)
}

export function isSignedBy(
  { publicKey }: VerifierKey,
  text: string,
  signature: Uint8Array,
): boolean {
  const x = Buffer.from(publicKey).toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return verify(null, Buffer.from(text), key, signature)
}

function typed(publicKey: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.of(ed25519), publicKey])
}

function malformed(): ReceiptsLogError {
  return new ReceiptsLogError(
    'malformed-key',
    'the key is not an Ed25519 verifier key; it looks like <name>+<8 hexadecimal digits>+<base64>',
  )
}
