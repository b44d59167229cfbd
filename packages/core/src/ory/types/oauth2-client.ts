import type { Json } from './json.ts'
import type { JsonWebKeySet } from './json-web-key.ts'

/** A Go duration such as `1h30m0s`; `null` means the server's default. See `parseGoDuration`. */
export type GoDuration = string | null

/** A list that Ory may send as `null` in the answer to a POST or PUT, and as `[]` in a later GET. */
export type StringList = readonly string[] | null

/** How long what is issued to a client lives, for each grant; Ory's `oAuth2ClientTokenLifespans`. */
export interface OAuth2ClientLifespans {
  readonly authorization_code_grant_access_token_lifespan?: GoDuration
  readonly authorization_code_grant_id_token_lifespan?: GoDuration
  readonly authorization_code_grant_refresh_token_lifespan?: GoDuration
  readonly client_credentials_grant_access_token_lifespan?: GoDuration
  readonly device_authorization_grant_access_token_lifespan?: GoDuration
  readonly device_authorization_grant_id_token_lifespan?: GoDuration
  readonly device_authorization_grant_refresh_token_lifespan?: GoDuration
  readonly implicit_grant_access_token_lifespan?: GoDuration
  readonly implicit_grant_id_token_lifespan?: GoDuration
  readonly jwt_bearer_grant_access_token_lifespan?: GoDuration
  readonly refresh_token_grant_access_token_lifespan?: GoDuration
  readonly refresh_token_grant_id_token_lifespan?: GoDuration
  readonly refresh_token_grant_refresh_token_lifespan?: GoDuration
}

/** How a client authenticates at the token endpoint; RFC 7591's `token_endpoint_auth_method`. */
export type TokenEndpointAuthMethod =
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'private_key_jwt'
  | 'none'

/**
 * An OAuth 2.0 client as it is sent: every field is optional, and on a PUT what is left out is
 * reset to Ory's default (only the secret survives omission). Ory's `oAuth2Client`.
 *
 * Times are RFC 3339 in UTC, whole seconds. `client_secret` has at least 6 characters and should
 * stay within 72 bytes. `scope` is separated by spaces.
 */
export interface OAuth2ClientBody extends OAuth2ClientLifespans {
  readonly client_id?: string
  readonly client_secret?: string
  /** Always 0: Ory's client secrets do not expire. */
  readonly client_secret_expires_at?: number
  readonly client_name?: string
  readonly owner?: string
  readonly client_uri?: string
  readonly policy_uri?: string
  readonly tos_uri?: string
  readonly logo_uri?: string
  readonly redirect_uris?: StringList
  /** Empty means `authorization_code` only. */
  readonly grant_types?: StringList
  /** Empty means `code` only. */
  readonly response_types?: StringList
  readonly contacts?: StringList
  readonly audience?: StringList
  readonly allowed_cors_origins?: StringList
  readonly post_logout_redirect_uris?: StringList
  readonly request_uris?: StringList
  readonly scope?: string
  readonly subject_type?: 'public' | 'pairwise' | ''
  readonly sector_identifier_uri?: string
  readonly token_endpoint_auth_method?: TokenEndpointAuthMethod
  readonly token_endpoint_auth_signing_alg?: string
  /** Excludes `jwks_uri`; `{}` where unset. */
  readonly jwks?: JsonWebKeySet
  readonly jwks_uri?: string
  readonly request_object_signing_alg?: string
  readonly userinfo_signed_response_alg?: string
  /** `jwt` tokens keep validating offline until they expire, whatever is revoked here. */
  readonly access_token_strategy?: '' | 'opaque' | 'jwt'
  readonly skip_consent?: boolean
  readonly skip_logout_consent?: boolean | null
  readonly frontchannel_logout_uri?: string
  readonly frontchannel_logout_session_required?: boolean
  readonly backchannel_logout_uri?: string
  readonly backchannel_logout_session_required?: boolean
  /** Ours to fill; an object as a rule, and whatever JSON somebody else put there. */
  readonly metadata?: Json
  readonly created_at?: string
  readonly updated_at?: string
  /** Only in the answer to a create. */
  readonly registration_access_token?: string
  /** Only in the answer to a create. */
  readonly registration_client_uri?: string
}

/**
 * An OAuth 2.0 client as Ory answers with it. `client_secret` is there only in the answer that
 * set it. Fields Ory adds later are kept on the object.
 */
export interface OAuth2Client extends OAuth2ClientBody {
  readonly client_id: string
}
