import * as v from 'valibot'
import { text } from './text.ts'

const base64url = v.pipe(v.string(), v.regex(/^[\w-]+$/), v.description('a text in base64url'))

const certificate = v.pipe(v.string(), v.minLength(1), v.description('a certificate in base64'))

const described = {
  kid: text,
  use: v.optional(v.literal('sig')),
  alg: v.optional(text),
  x5c: v.optional(v.pipe(v.array(certificate), v.description('a list of certificates in base64'))),
}

/** A public key, RFC 7517; members that are unknown go no further. */
export const publicJwk = v.variant('kty', [
  v.object({ ...described, kty: v.literal('RSA'), n: base64url, e: base64url }),
  v.object({
    ...described,
    kty: v.literal('EC'),
    crv: v.picklist(['P-256', 'P-384', 'P-521']),
    x: base64url,
    y: base64url,
  }),
  v.object({ ...described, kty: v.literal('OKP'), crv: v.literal('Ed25519'), x: base64url }),
])

/** The public part of a key, and nothing else. */
export type PublicJwk = v.InferOutput<typeof publicJwk>
