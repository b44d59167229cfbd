import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

interface Key {
  readonly publicJwk: Readonly<Record<string, unknown>>
  readonly privateJwk: Readonly<Record<string, unknown>>
  readonly privateKey: KeyObject
}

const keyOf = ({
  publicKey,
  privateKey,
}: {
  publicKey: KeyObject
  privateKey: KeyObject
}): Key => ({
  publicJwk: publicKey.export({ format: 'jwk' }) as Record<string, unknown>,
  privateJwk: privateKey.export({ format: 'jwk' }) as Record<string, unknown>,
  privateKey,
})

/** Made once for the run: both servers are shown the same. */
export const rsaKey = keyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }))
export const otherRsaKey = keyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }))
export const ecKey = keyOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }))

/** A compact JWS over claims given as JSON text, so that numbers can be written in any way. */
export const signed = (
  header: Readonly<Record<string, unknown>>,
  claims: string,
  key: Key = rsaKey,
): string => {
  const input = `${encoded(JSON.stringify(header))}.${encoded(claims)}`
  const isEc = key === ecKey
  const signature = sign('sha256', Buffer.from(input), {
    key: key.privateKey,
    ...(isEc && { dsaEncoding: 'ieee-p1363' as const }),
  })

  return `${input}.${signature.toString('base64url')}`
}

const encoded = (text: string): string => Buffer.from(text).toString('base64url')
