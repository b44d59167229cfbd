import { invalidGrant } from '../../errors.ts'
import type { Ory } from '../../ory.ts'
import type { AuthCodeRow } from '../../state.ts'
import { deleteChain } from '../chain.ts'
import { grantTypes, includes } from '../client-metadata.ts'
import { signingKeys } from '../issue.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import { authCodeDigest } from '../opaque.ts'
import { checkVerifier } from '../pkce.ts'
import { checkGrantType, type GrantRequest, type TokenResponse } from './grant-request.ts'
import { allowsRefresh, checkNonce, userTokens } from './user-tokens.ts'

/** RFC 6749 section 4.1.3 with PKCE. A code that comes twice takes its whole chain with it. */
export async function authorizationCode(request: GrantRequest): Promise<TokenResponse> {
  const { ory, client, form } = request
  const digest = authCodeDigest(form.get('code') ?? '')
  const keys = await signingKeys(ory, client, ory.state.authCodes.get(digest)?.scope ?? [])

  checkGrantType(client, 'authorization_code')
  const code = redeemable(ory, digest)
  checkBelongs(code, request)
  checkVerifier(code, form.get('code_verifier') ?? '')
  checkNonce(code)
  code.active = false

  const { requestId, subject, scope, audience, ext, idTokenClaims } = code
  const mayRefresh = allowsRefresh(scope) && includes(grantTypes(client), 'refresh_token')
  const grant = { requestId, client, subject, scope, audience, ext, idTokenClaims }
  return userTokens({ ory, keys, grant, lifespans: 'authorization_code', mayRefresh })
}

function redeemable(ory: Ory, digest: string): AuthCodeRow {
  const code = ory.state.authCodes.get(digest)
  if (code === undefined) throw new OAuth2Error(invalidGrant)
  if (!code.active) {
    deleteChain(ory.state, code.requestId)
    throw new OAuth2Error(invalidGrant, 'The authorization code has already been used.')
  }
  if (code.expiresAt < ory.now()) throw new OAuth2Error(invalidGrant)
  return code
}

function checkBelongs(code: AuthCodeRow, { client, form }: GrantRequest): void {
  if (code.clientId !== client.client_id) {
    throw new OAuth2Error(
      invalidGrant,
      'The OAuth 2.0 Client ID from this request does not match the one from the authorize request.',
    )
  }
  if (code.redirectUri !== undefined && code.redirectUri !== form.get('redirect_uri')) {
    throw new OAuth2Error(
      invalidGrant,
      'The "redirect_uri" from this request does not match the one from the authorize request.',
    )
  }
}
