import type { JsonWebKey } from '@lapse/core/ory'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { publicUrl } from './server.ts'

/** A key pair: the public half as Ory takes it, the private half to sign with. */
export interface SigningKey {
  readonly jwk: JsonWebKey
  readonly sign: (
    claims: JWTPayload,
    header?: { readonly kid?: string | undefined },
  ) => Promise<string>
}

/** Makes a key pair under a `kid`. */
export const newSigningKey = async (
  kid: string,
  alg: 'RS256' | 'ES256' = 'RS256',
): Promise<SigningKey> => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const { kty = '', ...members } = await exportJWK(publicKey)

  return {
    jwk: { ...(members as Partial<JsonWebKey>), kty, kid, use: 'sig', alg },
    sign: (claims, header = { kid }) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg, ...(header.kid !== undefined && { kid: header.kid }) })
        .sign(privateKey),
  }
}

/** The claims that Ory asks of every assertion; good for five minutes and for one use. */
export const freshClaims = (): JWTPayload & { readonly iat: number } => {
  const iat = Math.floor(Date.now() / 1000)

  return { aud: `${publicUrl}/oauth2/token`, iat, exp: iat + 300, jti: crypto.randomUUID() }
}
