import { invalidGrant } from '../../errors.ts'
import type { Ory } from '../../ory.ts'
import type { AuthCodeRow } from '../../state.ts'
import { deleteChain } from '../chain.ts'
import { grantTypes, includes } from '../client-metadata.ts'
import { signingKeys } from '../issue.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import { isGenuine, opaqueDigest } from '../opaque.ts'
import { checkVerifier } from '../pkce.ts'
import { checkGrantType, type GrantRequest, type TokenResponse } from './grant-request.ts'
import { allowsRefresh, checkNonce, userTokens } from './user-tokens.ts'

/** RFC 6749 section 4.1.3 with PKCE. A code that comes twice takes its whole chain with it. */
export async function authorizationCode(request: GrantRequest): Promise<TokenResponse> {
  const { ory, client, form } = request
  const sent = form.get('code') ?? ''
  const digest = opaqueDigest(sent)
  const { scope: granted = [] } = ory.state.authCodes.get(digest) ?? {}
  const keys = await signingKeys(ory, client, isWhole(sent) ? granted : [])

  checkGrantType(client, 'authorization_code')
  const code = redeemable(ory, digest, sent)
  checkBelongs(code, request)
  checkVerifier(code, form.get('code_verifier') ?? '', client, ory.settings)
  if (keys.idToken !== undefined) checkNonce(code)
  code.active = false

  const { requestId, subject, scope, audience, ext, idTokenClaims } = code
  const mayRefresh = allowsRefresh(scope) && includes(grantTypes(client), 'refresh_token')
  const grant = { requestId, client, subject, scope, audience, ext, idTokenClaims }
  return userTokens({
    ory,
    keys,
    grant,
    lifespans: 'authorization_code',
    mayRefresh,
    own: code.idTokenOwn,
  })
}

/** Without its prefix a code is good for tokens, but for no ID token: Ory keeps what belongs there by the whole code. */
function isWhole(code: string): boolean {
  return code.startsWith('ory_ac_')
}

function redeemable(ory: Ory, digest: string, sent: string): AuthCodeRow {
  const code = ory.state.authCodes.get(digest)
  if (code === undefined) throw new OAuth2Error(invalidGrant)
  if (!code.active) {
    deleteChain(ory.state, code.requestId)
    throw new OAuth2Error(invalidGrant, 'The authorization code has already been used.')
  }
  const isValid = code.expiresAt >= ory.now() && isGenuine(ory.state.keys, 'ory_ac', sent)
  if (!isValid) throw new OAuth2Error(invalidGrant)
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
