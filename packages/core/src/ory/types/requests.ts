import type { Json, JsonObject } from './json.ts'
import type { OAuth2Client, StringList } from './oauth2-client.ts'

/** Where to send the browser next; also how Ory answers 410 for a challenge that was used. */
export interface OAuth2RedirectTo {
  readonly redirect_to: string
}

/** OpenID Connect's part of an authorization request; every member is left out when empty. */
export interface OpenIDConnectContext {
  readonly acr_values?: StringList
  readonly display?: string
  readonly id_token_hint_claims?: JsonObject | null
  readonly login_hint?: string
  readonly ui_locales?: StringList
}

/** A user asked to log in; Ory's `oAuth2LoginRequest`. */
export interface OAuth2LoginRequest {
  readonly challenge: string
  readonly requested_scope?: StringList
  readonly requested_access_token_audience?: StringList
  /** Whether the user is remembered: `subject` is set then, and must be accepted as it is. */
  readonly skip: boolean
  /** Empty unless `skip`. */
  readonly subject: string
  readonly oidc_context?: OpenIDConnectContext | null
  readonly client: OAuth2Client
  readonly request_url: string
  readonly session_id?: string
}

/** The answer of a login app; Ory's `acceptOAuth2LoginRequest`. */
export interface AcceptOAuth2LoginRequestBody {
  readonly subject: string
  readonly remember?: boolean
  /** Seconds; 0 means as long as Ory's own login sessions last, 720 hours by default. */
  readonly remember_for?: number
  /** Only with a remembered login (`skip`) and `remember`; since v2.2. */
  readonly extend_session_lifespan?: boolean
  readonly acr?: string
  readonly amr?: readonly string[]
  readonly context?: Json
  readonly force_subject_identifier?: string
  readonly identity_provider_session_id?: string
}

/** Why a login or consent was refused; Ory's `rejectOAuth2Request`. The OAuth 2.0 client is told. */
export interface RejectOAuth2RequestBody {
  readonly error?: string
  readonly error_description?: string
  readonly error_hint?: string
  readonly error_debug?: string
  /** An HTTP status; 400 where left out. */
  readonly status_code?: number
}

/** A user asked to consent; Ory's `oAuth2ConsentRequest`. */
export interface OAuth2ConsentRequest {
  /** Empty inside a listed consent session. */
  readonly challenge: string
  /** Since v25.4; the id of the grant, in every token of it. */
  readonly consent_request_id?: string
  readonly requested_scope?: StringList
  readonly requested_access_token_audience?: StringList
  readonly skip?: boolean
  readonly subject?: string
  readonly oidc_context?: OpenIDConnectContext | null
  readonly client?: OAuth2Client
  readonly request_url?: string
  readonly login_challenge?: string
  /** The `sid` by which a login session is revoked with back-channel logout; may be empty. */
  readonly login_session_id?: string
  readonly acr?: string
  readonly amr?: StringList
  readonly context?: Json
}

/** What a consent app puts into the tokens. */
export interface OAuth2ConsentSessionClaims {
  /** Seen as `ext` in introspection, and as claims of a JWT access token. */
  readonly access_token?: JsonObject | null
  readonly id_token?: JsonObject | null
}

/** The answer of a consent app; Ory's `acceptOAuth2ConsentRequest`. */
export interface AcceptOAuth2ConsentRequestBody {
  readonly grant_scope?: readonly string[]
  readonly grant_access_token_audience?: readonly string[]
  readonly session?: OAuth2ConsentSessionClaims
  readonly remember?: boolean
  /** Seconds; 0 means for ever. */
  readonly remember_for?: number
  readonly context?: Json
}

/** A user asked to log out; Ory's `oAuth2LogoutRequest`. */
export interface OAuth2LogoutRequest {
  readonly challenge: string
  readonly subject: string
  /** Left out when empty. */
  readonly sid?: string
  readonly request_url?: string
  readonly rp_initiated?: boolean
  readonly expires_at?: string | null
  readonly requested_at?: string | null
  /** `null` where the logout was not begun by a relying party. */
  readonly client?: OAuth2Client | null
}

/** The code a user typed on another device; Ory's `acceptDeviceUserCodeRequest`. */
export interface AcceptDeviceUserCodeRequestBody {
  readonly user_code: string
}
