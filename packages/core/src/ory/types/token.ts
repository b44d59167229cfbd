import type { JsonObject } from './json.ts'
import type { StringList } from './oauth2-client.ts'

/**
 * What a token is worth, RFC 7662. A token that is unknown, expired, revoked or short of a scope
 * is `{ active: false }` and nothing else.
 */
export interface IntrospectedOAuth2Token {
  readonly active: boolean
  readonly client_id?: string
  readonly sub?: string
  /** Seconds since 1970. */
  readonly exp?: number
  /** Seconds since 1970. */
  readonly iat?: number
  /** Seconds since 1970. */
  readonly nbf?: number
  readonly aud?: StringList
  readonly iss?: string
  /** Separated by spaces. */
  readonly scope?: string
  readonly username?: string
  readonly obfuscated_subject?: string
  /** `Bearer`, for refresh tokens as well. */
  readonly token_type?: string
  readonly token_use?: 'access_token' | 'refresh_token'
  readonly ext?: JsonObject | null
}

/** The answer of the token endpoint, RFC 6749 section 5.1. */
export interface OAuth2TokenExchange {
  readonly access_token: string
  /** Seconds that remain. */
  readonly expires_in?: number
  readonly id_token?: string
  readonly refresh_token?: string
  readonly scope?: string
  /** `bearer`, in lower case. */
  readonly token_type: string
}

/** The answer of the device authorization endpoint, RFC 8628 section 3.2. */
export interface DeviceAuthorization {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete?: string
  /** Seconds. */
  readonly expires_in: number
  /** Seconds to wait between two polls. */
  readonly interval?: number
}

/** A redirect that was not followed: where the browser would go, and the cookies it would take along. */
export interface OAuth2Redirect {
  /** 302 or 303. */
  readonly status: number
  /** As Ory sent it; it may hold a code, a challenge or an error. */
  readonly location: string
  /** Each `Set-Cookie` header as it came, attributes included. */
  readonly set_cookie: readonly string[]
}
