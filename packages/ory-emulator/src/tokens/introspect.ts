import { invalidRequest } from '../errors.ts'
import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import type { TokenRow } from '../state.ts'
import { noStore } from './exchange.ts'
import { postForm, words } from './form.ts'
import { accessTokenStrategy, type Claims } from './issue.ts'
import { OAuth2Error } from './oauth2-error.ts'
import { accessTokenDigest, refreshTokenDigest } from './opaque.ts'
import { coversScope } from './strategies.ts'

const jsonType = { 'Content-Type': 'application/json;charset=UTF-8' } as const

/** introspectOAuth2Token (RFC 7662): what is not a live token with the scope asked for is inactive. */
export async function introspectOAuth2Token(request: Request, ory: Ory): Promise<Answer> {
  const form = postForm(request)
  if (form.size === 0) throw new OAuth2Error(invalidRequest, 'The POST body can not be empty.')
  const found = activeToken(form.get('token') ?? '', words(form, 'scope'), ory)
  if (found === undefined) {
    return { status: 200, headers: { ...jsonType, ...noStore }, json: { active: false } }
  }
  return { status: 200, headers: jsonType, json: introspection(found, ory) }
}

/** A token that works right now, and what it may be used as. */
export interface ActiveToken {
  readonly use: 'access_token' | 'refresh_token'
  readonly row: TokenRow & { readonly idTokenClaims: Claims }
}

/** The stored token, unless it has expired, was exchanged, or lacks one of the scopes. */
export function activeToken(
  token: string,
  scope: readonly string[],
  ory: Ory,
): ActiveToken | undefined {
  const found = findToken(token, ory)
  if (found === undefined || found.row.expiresAt < ory.now()) return undefined
  return scope.every((name) => coversScope(found.row.scope, name)) ? found : undefined
}

function findToken(token: string, ory: Ory): ActiveToken | undefined {
  const accessToken = ory.state.accessTokens.get(accessTokenDigest(token))
  if (accessToken !== undefined) {
    return isValid(token, accessToken, ory) ? { use: 'access_token', row: accessToken } : undefined
  }
  const refreshToken = ory.state.refreshTokens.get(refreshTokenDigest(token))
  return refreshToken?.active ? { use: 'refresh_token', row: refreshToken } : undefined
}

/** A token is checked as its client's tokens are now: once the strategy has changed, older ones fail. */
function isValid(token: string, { clientId }: TokenRow, ory: Ory): boolean {
  const client = ory.state.clients.get(clientId)
  if (client === undefined) return false
  const isJwt = token.split('.').length === 3
  return isJwt === (accessTokenStrategy(ory, client) === 'jwt')
}

function introspection({ use, row }: ActiveToken, ory: Ory): Claims {
  const issuedAt = Math.floor(row.issuedAt / 1000)
  return {
    active: true,
    ...(row.scope.length > 0 && { scope: row.scope.join(' ') }),
    client_id: row.clientId,
    sub: row.subject,
    exp: Math.floor(row.expiresAt / 1000),
    iat: issuedAt,
    nbf: issuedAt,
    aud: row.audience,
    iss: ory.settings.issuer,
    token_type: 'Bearer',
    token_use: use,
    ...(Object.keys(row.ext).length > 0 && { ext: row.ext }),
  }
}
