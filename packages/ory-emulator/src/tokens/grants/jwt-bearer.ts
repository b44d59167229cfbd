import { randomUUID } from 'node:crypto'
import { invalidGrant, invalidRequest, invalidScope } from '../../errors.ts'
import { allowedAudience } from '../client-metadata.ts'
import { audienceOf, words } from '../form.ts'
import { issueAccessToken, machineClaims, signingKeys } from '../issue.ts'
import { decodeJwt } from '../jwt.ts'
import { lifespanMs, roundedExpiry, secondsLeft } from '../lifespans.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import { coversAudience, coversScope } from '../strategies.ts'
import { markJtiUsed } from '../used-jtis.ts'
import {
  checkAssertionClaims,
  readAssertionClaims,
  type VerifiedAssertion,
} from './assertion-claims.ts'
import { trustedKeyOf } from './assertion-key.ts'
import { checkGrantType, type GrantRequest, type TokenResponse } from './grant-request.ts'

export const jwtBearerGrantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** RFC 7523 section 2.1: an assertion of a trusted issuer for an access token of its subject. */
export async function jwtBearer(request: GrantRequest): Promise<TokenResponse> {
  const { ory, client, form } = request
  const keys = await signingKeys(ory, client, [])

  checkGrantType(client, jwtBearerGrantType)
  const assertion = verifiedAssertion(request)
  const scope = [...new Set(words(form, 'scope'))]
  checkTrustedScope(assertion, scope)
  markJtiUsed(ory, assertion.jti, assertion.exp)

  const { accessTokenLifespanMs } = ory.settings
  const lifespan = lifespanMs(client, 'jwt_bearer', 'access_token', accessTokenLifespanMs)
  const expiresAt = roundedExpiry(ory.now(), lifespan)
  const grant = {
    requestId: randomUUID(),
    client,
    subject: assertion.sub,
    scope,
    audience: grantedAudience(request, assertion),
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

function verifiedAssertion({ ory, form }: GrantRequest): VerifiedAssertion {
  const assertion = form.get('assertion') ?? ''
  if (assertion === '') {
    throw new OAuth2Error(
      invalidRequest,
      `The assertion request parameter must be set when using grant_type of '${jwtBearerGrantType}'.`,
    )
  }
  const jwt = decodeJwt(assertion)
  if (jwt === undefined) {
    throw new OAuth2Error(
      invalidGrant,
      'Unable to parse JSON Web Token passed in "assertion" request parameter.',
    )
  }
  const claims = readAssertionClaims(jwt.claims)
  const trusted = trustedKeyOf(jwt, claims, ory)
  return { ...checkAssertionClaims(claims, ory), trustedScope: trusted.scope }
}

/** The trust's scope is an upper bound; the client's own scope is not looked at. */
function checkTrustedScope(assertion: VerifiedAssertion, requested: readonly string[]): void {
  const refused = requested.find((scope) => !coversScope(assertion.trustedScope, scope))
  if (refused === undefined) return
  throw new OAuth2Error(
    invalidScope,
    `The public key registered for issuer "${assertion.iss}" and subject "${assertion.sub}" is not allowed to request scope "${refused}".`,
  )
}

/** What the client may have of what was asked for; up to v26.2 the assertion's own audience as well. */
function grantedAudience(
  { ory, client, form }: GrantRequest,
  assertion: VerifiedAssertion,
): string[] {
  const copied = ory.settings.profile === 'v26.2' ? assertion.aud : []
  const requested = audienceOf(form).filter((value) =>
    coversAudience(allowedAudience(client), value),
  )
  return [...new Set([...copied, ...requested])]
}
