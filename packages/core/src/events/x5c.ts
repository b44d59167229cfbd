import { X509Certificate } from 'node:crypto'
import { isBase64 } from './base64.ts'
import type { PublicJwk } from './public-jwk.ts'
import type { Problem } from './text.ts'

const keyMembers = ['kty', 'crv', 'n', 'e', 'x', 'y'] as const

/** Why Ory would not take the certificates that come with a key (RFC 7517 section 4.7); `undefined` where it would. */
export function problemWithChain({ x5c = [], ...key }: PublicJwk): Problem | undefined {
  const chain = x5c.map(certificateIn)
  if (chain.includes(undefined)) return 'has an x5c that holds something else than certificates'
  const [first] = chain
  if (first === undefined || isOf(first, key)) return undefined
  return 'has an x5c whose first certificate is of another key'
}

function certificateIn(text: string): X509Certificate | undefined {
  if (!isBase64(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  try {
    const certificate = new X509Certificate(bytes)
    // It reads PEM as well, and what is followed by something.
    return certificate.raw.equals(bytes) ? certificate : undefined
  } catch {
    return undefined
  }
}

function isOf({ publicKey }: X509Certificate, key: object): boolean {
  try {
    const certified = publicKey.export({ format: 'jwk' })
    const given: Readonly<Record<string, unknown>> = { ...key }
    return keyMembers.every((name) => certified[name] === given[name])
  } catch {
    return false
  }
}
