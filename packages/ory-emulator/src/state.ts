import type { JWK } from 'jose'

/** A client's row. Wire fields as sent; secrets apart, because they are never serialised. */
export interface ClientRow {
  readonly client_id: string
  /** Every wire member that is stored, defaults filled in, without secrets and registration members. */
  fields: Readonly<Record<string, unknown>>
  /** SHA-256 digests; plain values are only ever in the answer that set them. */
  secretDigest: string | undefined
  /** The secrets before this one, newest first, at most five. */
  rotatedSecretDigests: readonly string[]
  registrationAccessTokenDigest: string | undefined
}

/** A browser's authenticated session at Ory; its id is the `sid`. */
export interface LoginSessionRow {
  readonly id: string
  subject: string
  remember: boolean
  authenticatedAt: number
  expiresAt: number
  amr: readonly string[]
  acr: string
  identityProviderSessionId: string | undefined
}

/** A consent that was granted: Hydra's flow row, from the moment its verifier was used. */
export interface ConsentRow {
  /** `consent_request_id`, and the request id of every token of this grant. */
  readonly id: string
  /** The internal login challenge id: what HEAD orders the consent list by. */
  readonly loginChallengeId: string
  readonly subject: string
  readonly clientId: string
  /** Set to `undefined` when the login session is deleted. */
  loginSessionId: string | undefined
  readonly grantScope: readonly string[]
  readonly grantAudience: readonly string[]
  readonly sessionAccessToken: Readonly<Record<string, unknown>>
  readonly sessionIdToken: Readonly<Record<string, unknown>>
  readonly remember: boolean
  /** Seconds; 0 means for ever. */
  readonly rememberFor: number
  readonly handledAt: number
  readonly context: unknown
  readonly requestedScope: readonly string[]
  readonly requestedAudience: readonly string[]
  /** Whether this consent was itself granted through a skip: the list leaves such rows out. */
  readonly skip: boolean
  readonly oidcContext: Readonly<Record<string, unknown>>
  readonly requestUrl: string
  readonly acr: string
  readonly amr: readonly string[]
}

/** What every stored token knows. Keyed by the SHA-256 of the token (of its signature for a JWT). */
export interface TokenRow {
  readonly digest: string
  /** Joins the tokens of one grant; equals `ConsentRow.id` where a consent is behind them. */
  readonly requestId: string
  readonly clientId: string
  readonly subject: string
  readonly scope: readonly string[]
  readonly audience: readonly string[]
  readonly issuedAt: number
  readonly expiresAt: number
  readonly ext: Readonly<Record<string, unknown>>
}

export interface AccessTokenRow extends TokenRow {
  readonly grantType: string
}

export interface RefreshTokenRow extends TokenRow {
  /** False once it was exchanged: using it again kills the chain. */
  active: boolean
  /** What the chain's next tokens inherit. */
  readonly idTokenClaims: Readonly<Record<string, unknown>> | undefined
}

export interface AuthCodeRow extends TokenRow {
  active: boolean
  readonly redirectUri: string | undefined
  readonly codeChallenge: string | undefined
  readonly codeChallengeMethod: 'plain' | 'S256' | undefined
  readonly idTokenClaims: Readonly<Record<string, unknown>> | undefined
}

/** A trusted JWT-bearer grant issuer; the key is in `jwks`, shared by issuer and kid. */
export interface TrustedIssuerRow {
  readonly id: string
  readonly issuer: string
  readonly subject: string
  readonly allowAnySubject: boolean
  readonly scope: readonly string[]
  readonly kid: string
  readonly createdAt: number
  readonly expiresAt: number
}

/** The rows of one emulated server. Plain maps: a route reads and writes them synchronously. */
export interface State {
  readonly clients: Map<string, ClientRow>
  readonly loginSessions: Map<string, LoginSessionRow>
  readonly consents: Map<string, ConsentRow>
  readonly accessTokens: Map<string, AccessTokenRow>
  readonly refreshTokens: Map<string, RefreshTokenRow>
  readonly authCodes: Map<string, AuthCodeRow>
  readonly trustedIssuers: Map<string, TrustedIssuerRow>
  /** Public keys of trusted issuers by `issuerKey(issuer, kid)`. */
  readonly trustedKeys: Map<string, JWK>
  /** `jti`s of client assertions and jwt-bearer assertions already seen, with their expiry. */
  readonly usedJtis: Map<string, number>
  /** Consent and login verifiers already used, with their expiry. */
  readonly usedVerifiers: Map<string, number>
}

export function emptyState(): State {
  return {
    clients: new Map(),
    loginSessions: new Map(),
    consents: new Map(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
    authCodes: new Map(),
    trustedIssuers: new Map(),
    trustedKeys: new Map(),
    usedJtis: new Map(),
    usedVerifiers: new Map(),
  }
}

/** One key per issuer and kid, whatever number of grants stand on it. */
export function issuerKey(issuer: string, kid: string): string {
  return JSON.stringify([issuer, kid])
}
