import { invalidRequest } from '../errors.ts'
import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import type { TokenRow } from '../state.ts'
import { accessTokenFault } from './access-token-fault.ts'
import { noStore } from './exchange.ts'
import { postForm, words } from './form.ts'
import type { Claims } from './issue.ts'
import { OAuth2Error } from './oauth2-error.ts'
import { accessTokenDigest, isGenuine, opaqueDigest } from './opaque.ts'
import { isUsable } from './rotation-grace.ts'
import { coversScope } from './strategies.ts'

const jsonType = { 'Content-Type': 'application/json;charset=UTF-8' } as const

/** introspectOAuth2Token (RFC 7662): what is not a live token with the scope asked for is inactive. */
export async function introspectOAuth2Token(request: Request, ory: Ory): Promise<Answer> {
  const form = postForm(request)
  if (form.size === 0) throw new OAuth2Error(invalidRequest, 'The POST body can not be empty.')
  const found = await activeToken(form.get('token') ?? '', words(form, 'scope'), ory)
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
export async function activeToken(
  token: string,
  scope: readonly string[],
  ory: Ory,
): Promise<ActiveToken | undefined> {
  const found = await findToken(token, ory)
  if (found === undefined || found.row.expiresAt < ory.now()) return undefined
  return scope.every((name) => coversScope(found.row.scope, name)) ? found : undefined
}

async function findToken(token: string, ory: Ory): Promise<ActiveToken | undefined> {
  const accessToken = ory.state.accessTokens.get(accessTokenDigest(token))
  if (accessToken !== undefined) {
    const valid = await isValid(token, accessToken, ory)
    return valid ? { use: 'access_token', row: accessToken } : undefined
  }
  const refreshToken = ory.state.refreshTokens.get(opaqueDigest(token))
  if (refreshToken === undefined || !isUsable(ory, refreshToken)) return undefined
  if (!isGenuine(ory.state.keys, 'ory_rt', token)) return undefined
  return { use: 'refresh_token', row: refreshToken }
}

async function isValid(token: string, { clientId }: TokenRow, ory: Ory): Promise<boolean> {
  const client = ory.state.clients.get(clientId)
  return client !== undefined && (await accessTokenFault(ory, client, token)) === undefined
}

/** What the client knows the user by, where that is not the subject. */
function obfuscated({ subject, idTokenClaims: { sub } }: ActiveToken['row']): Claims {
  return sub === undefined || sub === subject ? {} : { obfuscated_subject: sub }
}

/** A refresh token that never expires is shown as if it had the server's lifespan. */
function shownExpiry({ expiresAt, issuedAt }: TokenRow, { settings }: Ory): number {
  return Number.isFinite(expiresAt) ? expiresAt : issuedAt + settings.refreshTokenLifespanMs
}

function introspection({ use, row }: ActiveToken, ory: Ory): Claims {
  const issuedAt = Math.floor(row.issuedAt / 1000)
  return {
    active: true,
    ...(row.scope.length > 0 && { scope: row.scope.join(' ') }),
    client_id: row.clientId,
    sub: row.subject,
    ...obfuscated(row),
    exp: Math.floor(shownExpiry(row, ory) / 1000),
    iat: issuedAt,
    nbf: issuedAt,
    aud: row.audience,
    iss: ory.settings.issuer,
    token_type: 'Bearer',
    token_use: use,
    ...(Object.keys(row.ext).length > 0 && { ext: row.ext }),
  }
}
