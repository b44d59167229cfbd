import { X509Certificate } from 'node:crypto'
import { decodeBase64 } from './base64.ts'
import { GoError } from './go-error.ts'
import { kindOf } from './json.ts'

const members = ['kty', 'crv', 'n', 'e', 'x', 'y'] as const

/**
 * The certificates that come with a key, as go-jose reads them.
 * @throws GoError in its words
 */
export function certificatesIn(x5c: unknown): readonly X509Certificate[] {
  if (x5c === undefined || x5c === null) return []
  if (!Array.isArray(x5c))
    throw new GoError(`json: cannot unmarshal ${kindOf(x5c)} into Go value of type []string`)
  return x5c.map((item: unknown) => textIn(item)).map(certificateIn)
}

/** @throws GoError where the first of them is not of the key */
export function checkCertified(
  [first]: readonly X509Certificate[],
  key: Readonly<Record<string, unknown>>,
): void {
  // A symmetric key has no public half to be compared.
  if (first === undefined || key['kty'] === 'oct' || isOf(first, key)) return
  throw new GoError('go-jose/go-jose: invalid JWK, public keys in key and x5c fields do not match')
}

function textIn(item: unknown): string {
  if (item === null) return ''
  if (typeof item === 'string') return item
  throw new GoError(`json: cannot unmarshal ${kindOf(item)} into Go value of type string`)
}

function certificateIn(text: string): X509Certificate {
  try {
    return parse(decodeBase64(text))
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw new GoError(`go-jose/go-jose: failed to unmarshal x5c field: ${error.message}`)
  }
}

function parse(bytes: Buffer): X509Certificate {
  const certificate = read(bytes)
  if (certificate === undefined) throw new GoError('x509: malformed certificate')
  if (certificate.raw.length < bytes.length) throw new GoError('x509: trailing data')
  return certificate
}

function read(bytes: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes)
  } catch {
    return undefined
  }
}

function isOf({ publicKey }: X509Certificate, key: Readonly<Record<string, unknown>>): boolean {
  try {
    const certified = publicKey.export({ format: 'jwk' })
    return members.every((name) => certified[name] === key[name])
  } catch {
    return false
  }
}
