import { invalidGrant, invalidRequest } from '../../errors.ts'
import type { Ory } from '../../ory.ts'
import type { RefreshTokenRow } from '../../state.ts'
import { deleteChain } from '../chain.ts'
import { signingKeys } from '../issue.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import { isGenuine, opaqueDigest } from '../opaque.ts'
import { isUsable, spend } from '../rotation-grace.ts'
import { checkAudience, checkScope } from '../strategies.ts'
import { checkGrantType, type GrantRequest, type TokenResponse } from './grant-request.ts'
import { userTokens } from './user-tokens.ts'

/**
 * RFC 6749 section 6, with rotation: every earlier token of the chain stops working, and a refresh
 * token that comes twice takes the whole chain with it.
 */
export async function refreshToken(request: GrantRequest): Promise<TokenResponse> {
  const { ory, client, form } = request
  const sent = form.get('refresh_token') ?? ''
  const digest = opaqueDigest(sent)
  const keys = await signingKeys(ory, client, ory.state.refreshTokens.get(digest)?.scope ?? [])

  checkGrantType(client, 'refresh_token')
  const row = usable(ory, digest, sent)
  checkRow(row, request)

  spend(ory, row)
  const { requestId, subject, scope, audience, ext, idTokenClaims } = row
  const grant = { requestId, client, subject, scope, audience, ext, idTokenClaims }
  return userTokens({
    ory,
    keys,
    grant,
    lifespans: 'refresh_token',
    mayRefresh: true,
    refreshExpiresAt: row.expiresAt,
  })
}

function usable(ory: Ory, digest: string, sent: string): RefreshTokenRow {
  const row = ory.state.refreshTokens.get(digest)
  if (row === undefined) {
    throw new OAuth2Error(invalidGrant, 'The refresh token is malformed or not valid.')
  }
  if (!isUsable(ory, row)) {
    deleteChain(ory.state, row.requestId)
    throw new OAuth2Error(invalidGrant, 'The refresh token was already used.')
  }
  if (row.expiresAt < ory.now()) throw new OAuth2Error(invalidGrant, 'The refresh token expired.')
  if (!isGenuine(ory.state.keys, 'ory_rt', sent)) throw new OAuth2Error(invalidRequest)
  return row
}

function checkRow(row: RefreshTokenRow, { client }: GrantRequest): void {
  if (row.clientId !== client.client_id) {
    throw new OAuth2Error(
      invalidGrant,
      'The OAuth 2.0 Client ID from this request does not match the ID during the initial token issuance.',
    )
  }
  checkScope(client, row.scope)
  checkAudience(client, row.audience)
}
