import type { JWK } from 'jose'
import { invalidClient, invalidRequest, type OryError, unrecognizable } from '../errors.ts'
import type { Ory } from '../ory.ts'
import type { ClientRow } from '../state.ts'
import { authMethod, text } from './client-metadata.ts'
import { type DecodedJwt, decodeJwt, isSignedBy } from './jwt.ts'
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
  if (jwt === undefined) throw integrity()
  const client = claimedClient(jwt, form, ory)
  checkRegistration(client, jwt)
  const key = await signingKeyOf(client, jwt)
  if (!isSignedBy(jwt, key)) throw integrity()
  checkClaims(jwt, client, ory)
  return client
}

function refused(hint: string): OAuth2Error {
  return new OAuth2Error(invalidClient, hint)
}

function integrity(): OAuth2Error {
  return refused("Unable to verify the integrity of the 'client_assertion' value.")
}

function claimedClient(jwt: DecodedJwt, form: URLSearchParams, ory: Ory): ClientRow {
  const id = form.get('client_id') || jwt.claims['sub']
  if (typeof id !== 'string') {
    throw refused("The claim 'sub' from the client_assertion JSON Web Token is undefined.")
  }
  const client = ory.state.clients.get(id)
  if (client === undefined) throw new OAuth2Error(invalidClient)
  return client
}

/** Whether the client is registered for assertions, and for one signed this way. */
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
  const used = String(jwt.header['alg'])
  if (used !== enforced) {
    throw refused(
      `The 'client_assertion' uses signing algorithm '${used}' but the requested OAuth 2.0 Client enforces signing algorithm '${enforced}'.`,
    )
  }
}

async function signingKeyOf(client: ClientRow, jwt: DecodedJwt): Promise<JWK> {
  const keys = keysIn(client.fields['jwks']) ?? (await fetchedKeys(text(client, 'jwks_uri')))
  if (keys.length === 0) {
    throw new OAuth2Error(
      invalidRequest,
      'The retrieved JSON Web Key Set does not contain any key.',
    )
  }
  const kid = jwt.header['kid']
  const named = typeof kid === 'string' ? keys.filter((key) => key.kid === kid) : keys
  if (named.length === 0) {
    throw new OAuth2Error(
      invalidRequest,
      `The JSON Web Token uses signing key with kid '${kid}', which could not be found.`,
    )
  }
  const [kty, family] = String(jwt.header['alg']).startsWith('ES')
    ? ['EC', 'ECDSA']
    : ['RSA', 'RSA']
  const key = named.find((candidate) => candidate.use === 'sig' && candidate.kty === kty)
  if (key !== undefined) return key
  throw new OAuth2Error(
    invalidRequest,
    `Unable to find ${family} public key with use='sig' for kid '${kid ?? ''}' in JSON Web Key Set.`,
  )
}

function keysIn(set: unknown): readonly JWK[] | undefined {
  if (typeof set !== 'object' || set === null || !('keys' in set)) return undefined
  return Array.isArray(set.keys) ? (set.keys as JWK[]) : undefined
}

async function fetchedKeys(uri: string): Promise<readonly JWK[]> {
  if (uri === '') {
    throw refused(
      'The OAuth 2.0 Client has no JSON Web Keys set registered, but they are needed to complete the request.',
    )
  }
  try {
    return keysIn(await (await fetch(uri)).json()) ?? []
  } catch {
    throw new OAuth2Error(unrecognizable)
  }
}

/** In Ory's order; the jti counts as used from here on, even if the audience is wrong. */
function checkClaims(jwt: DecodedJwt, client: ClientRow, ory: Ory): void {
  const { iss, sub, jti, exp } = jwt.claims
  checkTimes(jwt, ory.now())
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
  if (typeof exp !== 'number') {
    throw refused(
      'Unable to type assert the expiry time from claims. This should not happen as we validate the expiry time already earlier with token.Claims.Valid()',
    )
  }
  markJtiUsed(ory, jti, exp)
  checkAssertionAudience(jwt, ory)
}

/** A claim about time that does not hold is none of fosite's own errors: Hydra answers 500. */
function checkTimes(jwt: DecodedJwt, now: number): void {
  const seconds = Math.floor(now / 1000)
  const { exp, iat, nbf } = jwt.claims
  const expired = typeof exp === 'number' && exp !== 0 && seconds > exp
  const early = [iat, nbf].some((time) => typeof time === 'number' && time > seconds)
  if (expired || early) throw new OAuth2Error(unrecognizable)
}

function checkAssertionAudience(jwt: DecodedJwt, ory: Ory): void {
  const urls = tokenUrls(ory)
  const audience = [jwt.claims['aud']].flat()
  if (audience.some((value) => typeof value === 'string' && urls.includes(value))) return
  throw refused(
    `Claim 'audience' from 'client_assertion' must match the authorization server's token endpoint '${urls.join("' or '")}'.`,
  )
}
