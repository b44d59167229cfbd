import { randomUUID } from 'node:crypto'
import { invalidGrant } from '../../errors.ts'
import { isPublic } from '../client-metadata.ts'
import { audienceOf, words } from '../form.ts'
import { issueAccessToken, machineClaims, signingKeys } from '../issue.ts'
import { lifespanMs, secondsLeft } from '../lifespans.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import { checkAudience, checkScope } from '../strategies.ts'
import { checkGrantType, type GrantRequest, type TokenResponse } from './grant-request.ts'

/** RFC 6749 section 4.4. */
export async function clientCredentials(request: GrantRequest): Promise<TokenResponse> {
  const { ory, client } = request
  const { scope, audience } = checkedRequest(request)
  const keys = await signingKeys(ory, client, [])
  const { accessTokenLifespanMs } = ory.settings
  const lifespan = lifespanMs(client, 'client_credentials', 'access_token', accessTokenLifespanMs)
  const expiresAt = ory.now() + lifespan
  const grant = {
    requestId: randomUUID(),
    client,
    subject: client.client_id,
    scope,
    audience,
    ext: {},
    idTokenClaims: machineClaims(ory),
  }
  return {
    access_token: issueAccessToken(ory, keys, grant, expiresAt),
    expires_in: secondsLeft(expiresAt, ory.now()),
    scope: scope.join(' '),
    token_type: 'bearer',
  }
}

/** Scope and audience are looked at before the grant type, as in Hydra. */
function checkedRequest({ client, form }: GrantRequest): { scope: string[]; audience: string[] } {
  const scope = [...new Set(words(form, 'scope'))]
  const audience = audienceOf(form)
  checkScope(client, scope)
  checkAudience(client, audience)
  if (isPublic(client)) {
    throw new OAuth2Error(
      invalidGrant,
      "The OAuth 2.0 Client is marked as public and is thus not allowed to use authorization grant 'client_credentials'.",
    )
  }
  checkGrantType(client, 'client_credentials')
  return { scope, audience }
}
