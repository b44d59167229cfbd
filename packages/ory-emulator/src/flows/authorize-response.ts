import { invalidGrant, invalidRequest, unsupportedResponseType } from '../errors.ts'
import type { Answer } from '../http.ts'
import type { Settings } from '../ory.ts'
import type { ClientRow } from '../state.ts'
import { grantTypes, includes } from '../tokens/client-metadata.ts'
import { insufficientEntropy, minimumEntropy } from '../tokens/grants/user-tokens.ts'
import {
  asStored,
  type Grant,
  halfHash,
  idToken,
  issueAccessToken,
  signingKeys,
} from '../tokens/issue.ts'
import { lifespanMs, roundedExpiry, secondsLeft } from '../tokens/lifespans.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { newOpaqueToken, opaqueDigest } from '../tokens/opaque.ts'
import { checkEnforced } from '../tokens/pkce.ts'
import { type AuthorizeRequest, isOnlyCode } from './authorize-request.ts'
import type { Turn } from './cookies.ts'
import type { ConsentedFlow } from './flow.ts'
import { unsupportedResponseMode } from './flow-errors.ts'
import { toClient } from './response.ts'
import { fallbackAcr, sessionClaims } from './session-claims.ts'

/** Answers the client with what its `response_type` asks for: code, tokens, or both. */
export async function authorizeResponse(
  turn: Turn,
  wanted: AuthorizeRequest,
  granted: ConsentedFlow,
): Promise<Answer> {
  const { ory, form } = turn
  const grant = newGrant(turn, wanted, granted)
  const keys = await signingKeys(ory, wanted.client, grant.scope)
  const types = responses(turn, wanted, grant)
  checkMode(wanted)
  checkResponse(turn, wanted, grant, types)

  const isHybrid = types.code && !isOnlyCode(wanted.responseTypes)
  const code = types.code ? issueCode(turn, grant, granted, isHybrid) : undefined
  const token = types.token ? issueImplicitToken(turn, grant, keys) : undefined
  const lifespan = lifespanMs(wanted.client, 'implicit', 'id_token', ory.settings.idTokenLifespanMs)
  const claims = grant.idTokenClaims
  const own = {
    ...fallbackAcr(granted, form),
    ...(code && { c_hash: halfHash(code) }),
    ...(token && { at_hash: halfHash(token.access_token) }),
  }
  return toClient(wanted, {
    ...(code && { code }),
    ...token,
    ...(types.idToken &&
      keys.idToken && { id_token: idToken(ory, keys.idToken, { claims, lifespan, own }) }),
    ...((token || isOnlyCode(wanted.responseTypes)) && { scope: grant.scope.join(' ') }),
    state: form.get('state') ?? '',
  })
}

interface Responses {
  readonly code: boolean
  readonly token: boolean
  readonly idToken: boolean
}

/**
 * What will be issued. A response type nobody handles is refused, such as `id_token` without
 * `openid`, or a single one that is not in lower case.
 */
function responses(
  { form, ory: { settings } }: Turn,
  { client, responseTypes: types }: AuthorizeRequest,
  grant: Grant,
): Responses {
  const has = (type: string) => (types.length === 1 ? types[0] === type : includes(types, type))
  const isOpenId = includes(grant.scope, 'openid')
  const idToken = has('id_token') && isOpenId
  const isHandled = has('code') || (has('id_token') ? isOpenId : has('token'))
  if (!isHandled) {
    if (includes(types, 'code')) checkChallenge(form, client, settings)
    throw new OAuth2Error(unsupportedResponseType)
  }
  return { code: has('code'), token: has('token'), idToken }
}

/** Tokens must not stand in a query, where they would be logged. */
function checkMode({ responseMode, responseTypes: types }: AuthorizeRequest): void {
  if (responseMode !== 'query' || isOnlyCode(types)) return
  throw new OAuth2Error(
    unsupportedResponseMode,
    `Insecure response_mode 'query' for the response_type '[${types.join(' ')}]'.`,
  )
}

/** Everything that can still be wrong, before anything is issued. */
function checkResponse(
  { form, ory: { settings } }: Turn,
  wanted: AuthorizeRequest,
  grant: Grant,
  types: Responses,
): void {
  const isImplicit = !types.code
  const isHybrid = types.code && !isOnlyCode(wanted.responseTypes)
  if (isHybrid) checkGrant(wanted, 'authorization_code')
  if (types.token || isImplicit) checkGrant(wanted, 'implicit')
  if (isHybrid || types.idToken) checkNonce(form, wanted, isImplicit ? 'Implicit' : 'Hybrid')
  checkRedirectUri(form, isHybrid || includes(grant.scope, 'openid'))
  if (types.code) checkChallenge(form, wanted.client, settings)
}

/** OpenID Connect wants to be told where the answer goes, though the client has registered one URI alone. */
function checkRedirectUri(form: URLSearchParams, isOpenId: boolean): void {
  if (!isOpenId || form.get('redirect_uri')) return
  throw new OAuth2Error(
    invalidRequest,
    "The 'redirect_uri' parameter is required when using OpenID Connect 1.0.",
  )
}

function checkGrant({ client }: AuthorizeRequest, grantType: string): void {
  if (includes(grantTypes(client), grantType)) return
  throw new OAuth2Error(
    invalidGrant,
    grantType === 'implicit'
      ? "The OAuth 2.0 Client is not allowed to use the authorization grant 'implicit'."
      : `The OAuth 2.0 Client is not allowed to use authorization grant '${grantType}'.`,
  )
}

/** `S256` is the only method, whatever the discovery document says. */
function checkChallenge(form: URLSearchParams, client: ClientRow, settings: Settings): void {
  if (!form.get('code_challenge')) {
    checkEnforced(client, settings)
    return
  }
  const method = form.get('code_challenge_method') ?? ''
  if (method === 'S256') return
  throw new OAuth2Error(
    invalidRequest,
    method === '' || method === 'plain'
      ? 'Clients must use code_challenge_method=S256, plain is not allowed.'
      : 'The code_challenge_method is not supported, use S256 instead.',
  )
}

function checkNonce(form: URLSearchParams, wanted: AuthorizeRequest, flowName: string): void {
  const nonce = form.get('nonce') ?? ''
  if (nonce === '' && includes(wanted.responseTypes, 'id_token')) {
    throw new OAuth2Error(
      invalidRequest,
      flowName === 'Hybrid'
        ? "Parameter 'nonce' must be set when requesting an ID Token using the OpenID Connect Hybrid Flow."
        : "Parameter 'nonce' must be set when using the OpenID Connect Implicit Flow.",
    )
  }
  if (nonce === '' || Buffer.byteLength(nonce) >= minimumEntropy) return
  throw new OAuth2Error(
    insufficientEntropy,
    `Parameter 'nonce' is set but does not satisfy the minimum entropy of ${minimumEntropy} characters.`,
  )
}

function newGrant(
  { ory, form }: Turn,
  { client }: AuthorizeRequest,
  granted: ConsentedFlow,
): Grant {
  const { consent, consentRequestId, subject } = granted
  return {
    requestId: consentRequestId,
    client,
    subject,
    scope: [...new Set(consent.grantScope)],
    audience: [...new Set(consent.grantAudience)],
    ext: consent.sessionAccessToken,
    idTokenClaims: sessionClaims(ory, client, granted, form),
  }
}

function issueCode(
  { ory, form }: Turn,
  grant: Grant,
  flow: ConsentedFlow,
  isHybrid: boolean,
): string {
  const code = newOpaqueToken(ory.state.keys, 'ory_ac')
  const { client, ...shared } = grant
  const isProtected = Boolean(form.get('code_challenge') || form.get('code_challenge_method'))
  ory.state.authCodes.set(opaqueDigest(code), {
    ...asStored(shared),
    digest: opaqueDigest(code),
    clientId: client.client_id,
    issuedAt: ory.now(),
    expiresAt: ory.now() + ory.settings.authCodeLifespanMs,
    active: true,
    idTokenOwn: { ...fallbackAcr(flow, form), ...(isHybrid && { c_hash: halfHash(code) }) },
    redirectUri: form.get('redirect_uri') || undefined,
    codeChallenge: isProtected ? (form.get('code_challenge') ?? '') : undefined,
  })
  return code
}

function issueImplicitToken(
  { ory }: Turn,
  grant: Grant,
  keys: Awaited<ReturnType<typeof signingKeys>>,
): { readonly access_token: string; readonly expires_in: string; readonly token_type: string } {
  const { accessTokenLifespanMs } = ory.settings
  const lifespan = lifespanMs(grant.client, 'implicit', 'access_token', accessTokenLifespanMs)
  const expiresAt = roundedExpiry(ory.now(), lifespan)
  return {
    access_token: issueAccessToken(ory, keys, grant, expiresAt),
    expires_in: String(secondsLeft(expiresAt, ory.now())),
    token_type: 'bearer',
  }
}
