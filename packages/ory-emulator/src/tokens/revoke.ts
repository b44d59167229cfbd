import { invalidClient, invalidRequest, type OryError, tokenErrorAnswer } from '../errors.ts'
import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import type { ClientRow, TokenRow } from '../state.ts'
import { deleteChain } from './chain.ts'
import { authenticateClient } from './client-authentication.ts'
import { noStore } from './exchange.ts'
import { postForm } from './form.ts'
import { OAuth2Error } from './oauth2-error.ts'
import { accessTokenDigest, opaqueDigest } from './opaque.ts'
import { isUsable } from './rotation-grace.ts'

/**
 * revokeOAuth2Token (RFC 7009). Only a malformed request and a client that does not authenticate
 * are told apart, in fosite's standard words; everything else is 200, revoked or not.
 */
export async function revokeOAuth2Token(request: Request, ory: Ory): Promise<Answer> {
  try {
    const form = postForm(request)
    if (form.size === 0) throw new OAuth2Error(invalidRequest)
    const client = await authenticateClient(request, form, ory)
    revoke(form.get('token') ?? '', client, ory)
  } catch (error) {
    if (!(error instanceof OAuth2Error)) throw error
    if (surfacing.has(error.kind)) return tokenErrorAnswer(error.kind)
  }
  return { status: 200, headers: noStore }
}

const surfacing: ReadonlySet<OryError> = new Set([invalidRequest, invalidClient])

/** Ends the chain the token belongs to, if it is the client's. */
function revoke(token: string, client: ClientRow, ory: Ory): void {
  const row = findToken(token, ory)
  if (row?.clientId === client.client_id) deleteChain(ory.state, row.requestId)
}

function findToken(token: string, ory: Ory): TokenRow | undefined {
  const refreshToken = ory.state.refreshTokens.get(opaqueDigest(token))
  const isFound = refreshToken !== undefined && isUsable(ory, refreshToken)
  return isFound ? refreshToken : ory.state.accessTokens.get(accessTokenDigest(token))
}
