import { invalidClient, invalidRequest, type OryError } from '../errors.ts'
import type { Ory } from '../ory.ts'
import type { ClientRow } from '../state.ts'
import { clientKey } from './client-keys.ts'
import { authMethod, text } from './client-metadata.ts'
import type { Claims } from './issue.ts'
import { algorithmOf, type DecodedJwt, decodeJwt, isSignedBy } from './jwt.ts'
import { checkJwtTimes, wholeSeconds } from './jwt-times.ts'
import { OAuth2Error } from './oauth2-error.ts'
import { tokenUrls } from './token-urls.ts'
import { isJtiUsed, markJtiUsed } from './used-jtis.ts'

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const jtiKnown: OryError = {
  status: 400,
  error: 'jti_known',
  description: 'The jti was already used.',
}

/** The client a `client_assertion` authenticates (RFC 7523 section 3), or an error as Ory words it. */
export async function assertedClient(form: URLSearchParams, ory: Ory): Promise<ClientRow> {
  const assertion = form.get('client_assertion') ?? ''
  if (assertion === '') {
    throw new OAuth2Error(
      invalidRequest,
      `The client_assertion request parameter must be set when using client_assertion_type of '${assertionType}'.`,
    )
  }
  const jwt = decodeJwt(assertion)
  if (jwt?.claims === undefined) throw integrity()
  const client = claimedClient(jwt.claims, form, ory)
  checkRegistration(client, jwt)
  const key = await clientKey(ory, client, jwt)
  if (!isSignedBy(jwt, key)) throw integrity()
  checkClaims(jwt.claims, client, ory)
  return client
}

function refused(hint: string): OAuth2Error {
  return new OAuth2Error(invalidClient, hint)
}

function integrity(): OAuth2Error {
  return refused("Unable to verify the integrity of the 'client_assertion' value.")
}

function claimedClient(claims: Claims, form: URLSearchParams, ory: Ory): ClientRow {
  const id = form.get('client_id') || claims['sub']
  if (typeof id !== 'string') {
    throw refused("The claim 'sub' from the client_assertion JSON Web Token is undefined.")
  }
  const client = ory.state.clients.get(id)
  if (client === undefined) throw new OAuth2Error(invalidClient)
  return client
}

/**
 * Whether the client is registered for assertions, and for one signed this way: only algorithms
 * that Ory verifies can be registered.
 */
function checkRegistration(client: ClientRow, jwt: DecodedJwt): void {
  const method = authMethod(client)
  if (method === 'none') {
    throw refused(
      "This requested OAuth 2.0 client does not support client authentication, however 'client_assertion' was provided in the request.",
    )
  }
  if (method !== 'private_key_jwt') {
    throw refused(
      `This requested OAuth 2.0 client only supports client authentication method '${method}', however 'client_assertion' was provided in the request.`,
    )
  }
  const enforced = text(client, 'token_endpoint_auth_signing_alg') || 'RS256'
  const used = algorithmOf(jwt)
  if (used !== enforced) {
    throw refused(
      `The 'client_assertion' uses signing algorithm '${used}' but the requested OAuth 2.0 Client enforces signing algorithm '${enforced}'.`,
    )
  }
}

/** In Ory's order; the jti counts as used from here on, even if the audience is wrong. */
function checkClaims(claims: Claims, client: ClientRow, ory: Ory): void {
  const { iss, sub, jti } = claims
  const exp = wholeSeconds(claims['exp'])
  checkJwtTimes(claims, ory.now())
  if (iss !== client.client_id) {
    throw refused(
      "Claim 'iss' from 'client_assertion' must match the 'client_id' of the OAuth 2.0 Client.",
    )
  }
  if (sub !== client.client_id) {
    throw refused(
      "Claim 'sub' from 'client_assertion' must match the 'client_id' of the OAuth 2.0 Client.",
    )
  }
  if (typeof jti !== 'string' || jti === '') {
    throw refused("Claim 'jti' from 'client_assertion' must be set but is not.")
  }
  if (isJtiUsed(ory, jti)) {
    throw new OAuth2Error(jtiKnown, "Claim 'jti' from 'client_assertion' MUST only be used once.")
  }
  if (exp === undefined) {
    throw refused(
      'Unable to type assert the expiry time from claims. This should not happen as we validate the expiry time already earlier with token.Claims.Valid()',
    )
  }
  markJtiUsed(ory, jti, exp)
  checkAssertionAudience(claims, ory)
}

function checkAssertionAudience(claims: Claims, ory: Ory): void {
  const urls = tokenUrls(ory)
  const audience = [claims['aud']].flat()
  if (audience.some((value) => typeof value === 'string' && urls.includes(value))) return
  throw refused(
    `Claim 'audience' from 'client_assertion' must match the authorization server's token endpoint '${urls.join("' or '")}'.`,
  )
}
