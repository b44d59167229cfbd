import type { JWK } from 'jose'
import { newOrderedRows, newRows, type OrderedRows, type Rows } from './rows.ts'
import { type Keys, newKeys } from './tokens/keys.ts'

/** A client's row. Wire fields as sent; secrets apart, because they are never serialised. */
export interface ClientRow {
  readonly client_id: string
  /** Every wire member that is stored, defaults filled in, without secrets and registration members. */
  fields: Readonly<Record<string, unknown>>
  /** SHA-256 digests; plain values are only ever in the answer that set them. */
  secretDigest: string | undefined
  /** The secrets before this one, newest first, at most five. */
  rotatedSecretDigests: readonly string[]
  /** Of the token that opens `/oauth2/register/{id}`; every write by the admin API forgets it. */
  registrationTokenDigest: string | undefined
}

/**
 * A browser's authenticated session at Ory; its id is the `sid`. How long it lasts is up to the
 * browser's cookie: Ory's own table has an expiry that nothing looks at.
 */
export interface LoginSessionRow {
  readonly id: string
  readonly subject: string
  readonly remember: boolean
  readonly authenticatedAt: number
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
  readonly requestedAt: number
  readonly handledAt: number
  readonly context: unknown
  readonly requestedScope: readonly string[]
  readonly requestedAudience: readonly string[]
  /** Whether this consent was itself granted through a skip: the list leaves such rows out. */
  readonly skip: boolean
  readonly oidcContext: Readonly<Record<string, unknown>> | null
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
  /** What `/userinfo` tells. */
  readonly idTokenClaims: Readonly<Record<string, unknown>>
}

export interface RefreshTokenRow extends TokenRow {
  /** False once it was exchanged: using it again kills the chain. */
  active: boolean
  /** Where used tokens have a time of grace: since when, and how often it was used. */
  firstUsedAt: number | undefined
  usedTimes: number
  /** Of the access token that came with it. */
  readonly accessTokenDigest: string
  /** What the chain's next tokens inherit. */
  readonly idTokenClaims: Readonly<Record<string, unknown>>
}

export interface AuthCodeRow extends TokenRow {
  active: boolean
  readonly redirectUri: string | undefined
  /**
   * The S256 challenge, `''` where only a method was sent. It is gone after the first exchange that
   * got as far as PKCE, whether that succeeded or not.
   */
  codeChallenge: string | undefined
  /** What the code's ID token says, and no later one: the hybrid flow's `c_hash`, a fallback for `acr`. */
  readonly idTokenOwn: Readonly<Record<string, unknown>>
  readonly idTokenClaims: Readonly<Record<string, unknown>>
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

/** A device authorization (RFC 8628), from the moment a device asked for it until it has its tokens. */
export interface DeviceCodeRow {
  /** Of the device code; the user code is looked up by value. */
  readonly digest: string
  readonly userCode: string
  readonly clientId: string
  /** What a flow refers to it by. */
  readonly requestId: string
  readonly requestedScope: readonly string[]
  readonly requestedAudience: readonly string[]
  readonly expiresAt: number
  /** Set once the user has granted it: what the device's tokens will be made of. */
  readonly granted: DeviceGrant | undefined
}

export interface DeviceGrant {
  /** `ConsentRow.id`: the device code goes when the consent goes. */
  readonly consentId: string
  readonly subject: string
  readonly scope: readonly string[]
  readonly audience: readonly string[]
  readonly ext: Readonly<Record<string, unknown>>
  readonly idTokenClaims: Readonly<Record<string, unknown>>
}

/** A wish to log out, waiting for the logout app to confirm it. */
export interface LogoutRequest {
  readonly subject: string
  readonly sid: string
  readonly requestUrl: string
  /** Whether a client asked for it (with an `id_token_hint`), or the browser itself. */
  readonly rpInitiated: boolean
  readonly requestedAt: number | undefined
  readonly expiresAt: number | undefined
  /** The client that asked, in the words of getOAuth2Client. */
  readonly client: Readonly<Record<string, unknown>> | undefined
  readonly postLogoutRedirectUri: string
}

/** A logout request where they are rows (Hydra up to v26.2); keyed by its challenge. */
export interface LogoutRequestRow extends LogoutRequest {
  readonly verifier: string
  accepted: boolean
  rejected: boolean
  wasUsed: boolean
}

/** A set of keys as it was fetched, and until when it need not be fetched again. */
export interface CachedKeySet {
  readonly keys: readonly JWK[]
  readonly expiresAt: number
}

/** A user at the identity provider. */
export interface IdentityRow {
  readonly id: string
  readonly state: 'active'
  readonly external_id?: string
  /** What somebody signs in by, in small letters. */
  readonly identifiers?: readonly string[]
}

export interface IdentitySessionRow {
  readonly id: string
  /** Whose it is. */
  readonly identity: string
}

/** An API key; the key itself is nowhere. */
export interface ApiKeyRow {
  readonly key_id: string
  readonly actor_id: string
  readonly kind: 'issued' | 'imported'
  /** RFC 3339. */
  readonly create_time: string
  readonly status: 'KEY_STATUS_ACTIVE' | 'KEY_STATUS_REVOKED'
}

/** The rows of one emulated server. A route reads and writes them synchronously. */
export interface State {
  readonly clients: OrderedRows<ClientRow>
  readonly loginSessions: Rows<LoginSessionRow, 'subject'>
  readonly consents: Rows<
    ConsentRow,
    'subject' | 'clientId' | 'loginChallengeId' | 'loginSessionId'
  >
  readonly accessTokens: Rows<AccessTokenRow, 'requestId' | 'clientId'>
  readonly refreshTokens: Rows<RefreshTokenRow, 'requestId' | 'clientId'>
  readonly authCodes: Rows<AuthCodeRow, 'requestId' | 'clientId'>
  /** `issuerKey` joins the grants that stand on one key. */
  readonly trustedIssuers: OrderedRows<TrustedIssuerRow, 'issuerKey'>
  /** Public keys of trusted issuers by `issuerKey(issuer, kid)`. */
  readonly trustedKeys: Map<string, JWK>
  /** `jti`s of client assertions and jwt-bearer assertions already seen, with their expiry. */
  readonly usedJtis: Map<string, number>
  /** Subjects that login apps have forced, each with its client, as {@link forcedSubject} joins them. */
  readonly forcedSubjects: Set<string>
  /** Key sets of clients that keep theirs at a `jwks_uri`. */
  readonly keySets: Map<string, CachedKeySet>
  readonly deviceCodes: Rows<DeviceCodeRow, 'clientId' | 'consentId' | 'userCode' | 'requestId'>
  readonly logoutRequests: Map<string, LogoutRequestRow>
  readonly identities: Map<string, IdentityRow>
  readonly identitySessions: Rows<IdentitySessionRow, 'identity'>
  readonly apiKeys: OrderedRows<ApiKeyRow>
  /** The server's own secrets: what seals challenges and signs tokens. */
  readonly keys: Keys
}

/** A server without a row. */
export function emptyState(keys: Keys = newKeys()): State {
  return {
    clients: newOrderedRows({}),
    loginSessions: newRows({ subject: (row: LoginSessionRow) => row.subject }),
    consents: newRows({
      subject: (row: ConsentRow) => row.subject,
      clientId: (row: ConsentRow) => row.clientId,
      loginChallengeId: (row: ConsentRow) => row.loginChallengeId,
      loginSessionId: (row: ConsentRow) => row.loginSessionId,
    }),
    accessTokens: newRows(byRequestAndClient<AccessTokenRow>()),
    refreshTokens: newRows(byRequestAndClient<RefreshTokenRow>()),
    authCodes: newRows(byRequestAndClient<AuthCodeRow>()),
    trustedIssuers: newOrderedRows({
      issuerKey: (row: TrustedIssuerRow) => issuerKey(row.issuer, row.kid),
    }),
    trustedKeys: new Map(),
    usedJtis: new Map(),
    keySets: new Map(),
    forcedSubjects: new Set(),
    deviceCodes: newRows({
      clientId: (row: DeviceCodeRow) => row.clientId,
      consentId: (row: DeviceCodeRow) => row.granted?.consentId,
      userCode: (row: DeviceCodeRow) => row.userCode,
      requestId: (row: DeviceCodeRow) => row.requestId,
    }),
    logoutRequests: new Map(),
    identities: new Map(),
    identitySessions: newRows({ identity: (row: IdentitySessionRow) => row.identity }),
    apiKeys: newOrderedRows({}),
    keys,
  }
}

function byRequestAndClient<Row extends TokenRow>() {
  return {
    requestId: (row: Row) => row.requestId,
    clientId: (row: Row) => row.clientId,
  }
}

/** A client and a subject it knows a user by. */
export function forcedSubject(clientId: string, subject: string): string {
  return JSON.stringify([clientId, subject])
}

/** One key per issuer and kid, whatever number of grants stand on it. */
export function issuerKey(issuer: string, kid: string): string {
  return JSON.stringify([issuer, kid])
}
