import * as v from 'valibot'
import { text } from './text.ts'

const base64url = v.pipe(v.string(), v.regex(/^[\w-]+$/))

const described = {
  kid: text,
  use: v.optional(v.literal('sig')),
  alg: v.optional(text),
  x5c: v.optional(v.array(v.pipe(v.string(), v.minLength(1)))),
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
