import { operation } from '../operation.ts'
import type {
  ClientAuthentication,
  NoClientAuthentication,
} from '../types/client-authentication.ts'
import type { IntrospectedOAuth2Token, OAuth2TokenExchange } from '../types/token.ts'
import { refuseIncompleteGrant } from './refusals.ts'

/** A token to look at. */
export interface IntrospectOAuth2TokenParameters {
  /** An access or a refresh token. */
  readonly token: string
  /** Separated by spaces; a token that lacks one is answered as inactive. */
  readonly scope?: string
  readonly token_type_hint?: 'access_token' | 'refresh_token'
}

/**
 * Says whether a token is active. An unknown one is answered `{ active: false }`, not with an error.
 *
 * operationId `introspectOAuth2Token`, RFC 7662; repeatable.
 */
export const introspectOAuth2Token = operation<
  IntrospectOAuth2TokenParameters,
  IntrospectedOAuth2Token
>({
  method: 'POST',
  path: '/admin/oauth2/introspect',
  port: 'admin',
  form: ['token', 'scope', 'token_type_hint'],
  required: ['token'],
  success: [200],
  answer: 'object',
  repeatable: true,
  bucket: 'admin-high',
})

/**
 * Deletes the access tokens of a client, of all subjects and grants. Refresh tokens survive and
 * mint new ones at once.
 *
 * operationId `deleteOAuth2Token`; repeatable: 204 also for an unknown client.
 */
export const deleteOAuth2Token = operation<{ readonly client_id: string }, void>({
  method: 'DELETE',
  path: '/admin/oauth2/tokens',
  port: 'admin',
  query: { client_id: 'text' },
  required: ['client_id'],
  success: [204],
  answer: 'nothing',
  repeatable: true,
  bucket: 'admin-low',
})

interface ScopeAndAudience {
  /** Separated by spaces. */
  readonly scope?: string
  /** Separated by spaces. */
  readonly audience?: string
}

interface AuthorizationCodeGrant {
  readonly grant_type: 'authorization_code'
  readonly code: string
  readonly redirect_uri?: string
  /** RFC 7636. */
  readonly code_verifier?: string
}

interface RefreshTokenGrant extends ScopeAndAudience {
  readonly grant_type: 'refresh_token'
  readonly refresh_token: string
}

interface ClientCredentialsGrant extends ScopeAndAudience {
  readonly grant_type: 'client_credentials'
}

interface DeviceCodeGrant {
  readonly grant_type: 'urn:ietf:params:oauth:grant-type:device_code'
  readonly device_code: string
}

interface JwtBearerGrant extends ScopeAndAudience {
  readonly grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer'
  readonly assertion: string
}

/** A grant and how its client authenticates. */
export type Oauth2TokenExchangeParameters =
  | ((AuthorizationCodeGrant | RefreshTokenGrant | ClientCredentialsGrant | DeviceCodeGrant) &
      ClientAuthentication)
  | (JwtBearerGrant & (ClientAuthentication | NoClientAuthentication))

/**
 * Exchanges a grant for tokens. Errors are OAuth 2.0's own: 401 `invalid_client`, 400
 * `invalid_grant`, `unauthorized_client`, `invalid_scope`.
 *
 * operationId `oauth2TokenExchange`, RFC 6749 section 3.2; not repeatable: a code or refresh token
 * sent twice ends the whole chain of its tokens.
 */
export const oauth2TokenExchange = operation<Oauth2TokenExchangeParameters, OAuth2TokenExchange>({
  method: 'POST',
  path: '/oauth2/token',
  port: 'public',
  form: [
    'grant_type',
    'code',
    'redirect_uri',
    'code_verifier',
    'refresh_token',
    'device_code',
    'assertion',
    'scope',
    'audience',
  ],
  authentication: 'optional',
  required: ['grant_type'],
  check: refuseIncompleteGrant,
  success: [200],
  answer: 'object',
  repeatable: false,
  bucket: 'public-medium',
})

/** A token to revoke, and how the client it belongs to authenticates. */
export type RevokeOAuth2TokenParameters = {
  /** An access or a refresh token. */
  readonly token: string
  readonly token_type_hint?: 'access_token' | 'refresh_token'
} & ClientAuthentication

/**
 * Revokes a token of the calling client, and with it the whole chain of its grant. 200 is no proof:
 * it is also the answer for an unknown token, for another client's token (which stays active) and
 * for a failure in Ory's storage. 401 `invalid_client` says that the credentials are wrong, which
 * makes the call a probe for them.
 *
 * operationId `revokeOAuth2Token`, RFC 7009; repeatable, except with a `client_assertion`, which
 * is good for one request.
 */
export const revokeOAuth2Token = operation<RevokeOAuth2TokenParameters, void>({
  method: 'POST',
  path: '/oauth2/revoke',
  port: 'public',
  form: ['token', 'token_type_hint'],
  authentication: 'required',
  required: ['token'],
  success: [200],
  answer: 'nothing',
  repeatable: ({ client_assertion }) => client_assertion === undefined,
  bucket: 'public-medium',
})
