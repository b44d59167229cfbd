import { unauthorizedClient } from '../../errors.ts'
import type { Ory } from '../../ory.ts'
import type { ClientRow } from '../../state.ts'
import { grantTypes, includes } from '../client-metadata.ts'
import { OAuth2Error } from '../oauth2-error.ts'

/** An authenticated token request on its way into a grant. */
export interface GrantRequest {
  readonly ory: Ory
  readonly client: ClientRow
  readonly form: URLSearchParams
}

/** A successful token response (RFC 6749 section 5.1), its members in the order Ory writes them. */
export interface TokenResponse {
  readonly access_token: string
  readonly expires_in: number
  readonly id_token?: string
  readonly refresh_token?: string
  readonly scope: string
  readonly token_type: 'bearer'
}

/** A way to get tokens: throws {@link OAuth2Error} where it refuses. */
export type GrantHandler = (request: GrantRequest) => Promise<TokenResponse>

/** Throws `unauthorized_client` unless the client is registered for the grant. */
export function checkGrantType(client: ClientRow, grantType: string): void {
  if (includes(grantTypes(client), grantType)) return
  throw new OAuth2Error(
    unauthorizedClient,
    `The OAuth 2.0 Client is not allowed to use authorization grant '${grantType}'.`,
  )
}
