import type { JsonWebKey } from './json-web-key.ts'
import type { StringList } from './oauth2-client.ts'

interface TrustedIssuerTerms {
  /** The `iss` of the assertions. */
  readonly issuer: string
  readonly scope?: readonly string[]
  /**
   * The key that signs them. Ory keeps one key for each issuer and `kid`: other key material under
   * a `kid` it knows is accepted and silently ignored.
   */
  readonly jwk: JsonWebKey
  /** RFC 3339, rounded to seconds. A date in the past is accepted. */
  readonly expires_at: string
}

/** An issuer to trust, for one subject or for any; Ory's `trustOAuth2JwtGrantIssuer`. */
export type TrustOAuth2JwtGrantIssuerBody = TrustedIssuerTerms &
  (
    | { readonly subject: string; readonly allow_any_subject?: false }
    | { readonly allow_any_subject: true; readonly subject?: never }
  )

/** A trusted issuer; Ory's `trustedOAuth2JwtGrantIssuer`. The key itself is never returned. */
export interface TrustedOAuth2JwtGrantIssuer {
  readonly id: string
  readonly issuer: string
  /** Empty where any subject is trusted. */
  readonly subject?: string
  readonly allow_any_subject?: boolean
  readonly scope?: StringList
  readonly public_key?: { readonly set?: string; readonly kid?: string }
  readonly created_at?: string
  readonly expires_at?: string
}
