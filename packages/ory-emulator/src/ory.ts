import type { State } from './state.ts'

/** The behaviours that differ between Ory Hydra's newest release and its unreleased master. */
export type Release = 'head' | 'v26.2'

/** What is emulated: a release, or Ory Network, which follows the master and is ahead of it in a few things. */
export type Profile = Release | 'network'

/** How users are named to clients: by their subject, or by a name of its own for each sector. */
export type SubjectType = 'public' | 'pairwise'

/** What an emulated server is told at its start; durations in milliseconds. */
export interface Settings {
  readonly profile: Release
  /** Whether who rotates a client's secret may choose the new one. */
  readonly takesRotatedSecret: boolean
  /** Whether what a user has at Ory besides OAuth2 is played as well: identities and API keys. */
  readonly accounts: boolean
  /** `iss` of every token, and the base of every redirect; no slash at its end. */
  readonly issuer: string
  readonly loginUrl: string
  readonly consentUrl: string
  readonly logoutUrl: string
  readonly errorUrl: string
  readonly postLogoutUrl: string
  /** Where a user types a device's code in, and where the browser ends up afterwards. */
  readonly deviceVerificationUrl: string
  readonly deviceDoneUrl: string
  /** `ttl.login_consent_request`: how long a login or consent challenge may be answered. */
  readonly loginConsentTtlMs: number
  readonly accessTokenLifespanMs: number
  readonly idTokenLifespanMs: number
  readonly refreshTokenLifespanMs: number
  readonly authCodeLifespanMs: number
  readonly loginSessionLifespanMs: number
  /** `strategies.access_token`; a client's own `access_token_strategy` overrides it. */
  readonly accessTokenStrategy: 'opaque' | 'jwt'
  /** How long, and how often, a refresh token works that was used before; 0 ms is never, 0 times is without a limit. */
  readonly refreshGraceMs: number
  readonly refreshGraceReuses: number
  /** Of whom PKCE is demanded. */
  readonly pkceOf: 'nobody' | 'public clients' | 'everybody'
  readonly subjectTypes: readonly SubjectType[]
  readonly pairwiseSalt: string
  /** Whether clients may register themselves at `/oauth2/register`. */
  readonly dynamicRegistration: boolean
  /** Whether discovery says that a client id may be a URL. */
  readonly clientIdMetadataDocument: boolean
  /** The scope of a client that names none. */
  readonly defaultScope: readonly string[]
}

/** Everything a route may touch: the settings, the rows, the time and the outside. */
export interface Ory {
  readonly settings: Settings
  readonly state: State
  /** Milliseconds since the epoch; injected so that tests need not wait. */
  readonly now: () => number
  /** Settles after so many milliseconds, or once `stopping` is aborted; between attempts to reach others. */
  readonly wait: (ms: number) => Promise<void>
  /** Runs work after the answer, as Hydra's goroutines do; awaited by `idle()` and `stop()`. */
  readonly background: (work: () => Promise<void>) => void
  /** Aborted by `stop()` and by a reset: background work that waits for others gives up then. */
  readonly stopping: AbortSignal
}
