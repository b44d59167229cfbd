/**
 * One JSON Web Key, RFC 7517. Ory asks for a `kid` and a `kty` that it knows; send public members only.
 *
 * The private members (`d`, `p`, `q`, `dp`, `dq`, `qi`, `k`) are deliberately absent: nothing
 * lapse does needs them at Ory.
 */
export interface JsonWebKey {
  readonly kty: string
  readonly kid: string
  readonly use?: string
  readonly alg?: string
  readonly crv?: string
  readonly x?: string
  readonly y?: string
  readonly n?: string
  readonly e?: string
  readonly x5c?: readonly string[]
}

/** A JSON Web Key Set, RFC 7517 section 5. Ory sends `{}` where a client has none. */
export interface JsonWebKeySet {
  readonly keys?: readonly JsonWebKey[]
}
