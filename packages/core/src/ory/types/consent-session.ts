import type { Json } from './json.ts'
import type { StringList } from './oauth2-client.ts'
import type { OAuth2ConsentRequest, OAuth2ConsentSessionClaims } from './requests.ts'

/**
 * A consent that a user has given; Ory's `oAuth2ConsentSession`.
 *
 * The list of them under-counts: consents granted by skipping, and remembered ones whose time
 * has passed, are left out although their refresh tokens may live on.
 */
export interface OAuth2ConsentSession {
  /** Since v25.4. */
  readonly consent_request_id?: string
  readonly consent_request?: OAuth2ConsentRequest
  readonly grant_scope?: StringList
  readonly grant_access_token_audience?: StringList
  readonly session?: OAuth2ConsentSessionClaims | null
  readonly remember?: boolean
  /** Seconds; 0 means for ever. */
  readonly remember_for?: number
  readonly handled_at?: string | null
  readonly context?: Json
}
