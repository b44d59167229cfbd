import { randomUUID } from 'node:crypto'
import { errorAnswer, errorBody, type OryError, requestUnauthorized } from '../errors.ts'
import { goTime } from '../go/time.ts'
import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import { accessTokenFault } from '../tokens/access-token-fault.ts'
import { bearerToken } from '../tokens/bearer-token.ts'
import { text } from '../tokens/client-metadata.ts'
import { type ActiveToken, activeToken } from '../tokens/introspect.ts'
import type { Claims } from '../tokens/issue.ts'
import { signJwt, sorted } from '../tokens/jwt.ts'
import { accessTokenDigest } from '../tokens/opaque.ts'

const tokenExpired: OryError = {
  status: 401,
  error: 'invalid_token',
  description: 'Token expired.',
}

/** getOidcUserInfo (OpenID Connect Core section 5.3): the claims of the grant behind an access token. */
export async function getOidcUserInfo(request: Request, ory: Ory): Promise<Answer> {
  const token = bearerToken(request)
  const found = await activeToken(token, [], ory)
  if (found === undefined) return refused(await refusal(token, ory))
  if (found.use !== 'access_token') return notAnAccessToken()

  const client = ory.state.clients.get(found.row.clientId)
  const claims = userClaims(found)
  if (client === undefined || text(client, 'userinfo_signed_response_alg') !== 'RS256') {
    return { status: 200, json: claims }
  }
  const key = await ory.state.keys.idToken()
  const iat = Math.floor(ory.now() / 1000)
  const signed = signJwt({ ...claims, jti: randomUUID(), iat }, key)
  return { status: 200, headers: { 'Content-Type': 'application/jwt' }, text: signed }
}

function userClaims({ row }: ActiveToken): Claims {
  const { nonce: _, sid: __, ...claims } = row.idTokenClaims
  return sorted({ ...claims, aud: claims['aud'] ?? [row.clientId] })
}

interface Refusal {
  readonly kind: OryError
  readonly hint?: string
}

/** An expired or mutilated token is told from an unknown one. */
async function refusal(token: string, ory: Ory): Promise<Refusal> {
  const row = ory.state.accessTokens.get(accessTokenDigest(token))
  const client = row && ory.state.clients.get(row.clientId)
  if (row === undefined || client === undefined) return { kind: requestUnauthorized }
  if (row.expiresAt >= ory.now()) {
    return { kind: (await accessTokenFault(ory, client, token)) ?? requestUnauthorized }
  }
  if (token.split('.').length === 3) return { kind: tokenExpired, hint: 'The token expired.' }
  return { kind: tokenExpired, hint: `Access token expired at '${goTime(row.expiresAt)}'.` }
}

function refused({ kind, hint }: Refusal): Answer {
  const answer = errorAnswer(kind, hint)
  if (kind.status !== 401) return answer
  const { error, error_description: description } = errorBody(kind, hint)
  return challenged(answer, error, description)
}

function notAnAccessToken(): Answer {
  const description = 'Only access tokens are allowed in the authorization header.'
  const kind = { status: 401, error: 'error', description: 'The error is unrecognizable' }
  return challenged(errorAnswer(kind), 'invalid_token', description)
}

function challenged(answer: Answer, error: string, description: string): Answer {
  const challenge = `Bearer error="${error}",error_description="${description}"`
  return { ...answer, headers: { ...answer.headers, 'Www-Authenticate': challenge } }
}
