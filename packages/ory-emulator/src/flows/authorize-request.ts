import { invalidClient, invalidRequest, unsupportedResponseType } from '../errors.ts'
import type { Ory } from '../ory.ts'
import type { ClientRow } from '../state.ts'
import { includes, responseTypes } from '../tokens/client-metadata.ts'
import { audienceOf, words } from '../tokens/form.ts'
import { minimumEntropy } from '../tokens/grants/user-tokens.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { checkAudience, checkScope } from '../tokens/strategies.ts'
import { invalidState, registrationNotSupported, unsupportedResponseMode } from './flow-errors.ts'
import { matchRedirectUri } from './redirect-uri.ts'
import { readRequestObject } from './request-object.ts'

export type ResponseMode = 'query' | 'fragment' | 'form_post'

/** Where a client is answered, known before the rest of its request is looked at. */
export interface ResponseTarget {
  readonly client: ClientRow
  readonly redirectUri: string
  readonly state: string
  /** As requested; `query` for as long as the response types are not known to want another. */
  readonly responseMode: ResponseMode
}

/** An authorization request (RFC 6749 section 4.1.1) that a login may be asked for. */
export interface AuthorizeRequest extends ResponseTarget {
  readonly requestedScope: readonly string[]
  readonly requestedAudience: readonly string[]
  readonly responseTypes: readonly string[]
}

/** What fails here the client is not told: nobody knows yet that the redirect URI is its own. */
export async function responseTarget(ory: Ory, form: URLSearchParams): Promise<ResponseTarget> {
  const client = ory.state.clients.get(form.get('client_id') ?? '')
  if (client === undefined) {
    throw new OAuth2Error(invalidClient, 'The requested OAuth 2.0 Client does not exist.')
  }
  await readRequestObject(ory, client, form)
  const responseMode = requestedMode(form) ?? 'query'
  const requested = form.get('redirect_uri') ?? ''
  if (requested === '' && includes(words(form, 'scope'), 'openid')) {
    throw new OAuth2Error(
      invalidRequest,
      "The 'redirect_uri' parameter is required when using OpenID Connect 1.0.",
    )
  }
  const redirectUri = matchRedirectUri(client, requested)
  return { client, redirectUri, state: form.get('state') ?? '', responseMode }
}

/** Checks the rest of the request, in Ory's order; {@link checkState} comes after it. */
export function authorizeRequest(target: ResponseTarget, form: URLSearchParams): AuthorizeRequest {
  const requestedScope = [...new Set(words(form, 'scope'))]
  const requestedAudience = audienceOf(form)
  checkScope(target.client, requestedScope)
  checkAudience(target.client, requestedAudience)
  if (form.get('registration')) throw new OAuth2Error(registrationNotSupported)
  const types = requestedTypes(target.client, form)
  const responseMode = requestedMode(form) ?? (isOnlyCode(types) ? 'query' : 'fragment')
  return { ...target, responseMode, requestedScope, requestedAudience, responseTypes: types }
}

/** Throws for a `state` that could be guessed; by now it is known in which mode to say so. */
export function checkState({ state }: AuthorizeRequest): void {
  if (Buffer.byteLength(state) >= minimumEntropy) return
  throw new OAuth2Error(
    invalidState,
    `Request parameter 'state' must be at least be ${minimumEntropy} characters long to ensure sufficient entropy.`,
  )
}

/** The one response type whose answer may stand in a query. */
export function isOnlyCode(types: readonly string[]): boolean {
  return types.length === 1 && types[0] === 'code'
}

function requestedMode(form: URLSearchParams): ResponseMode | undefined {
  const mode = form.get('response_mode') ?? ''
  if (mode === '') return undefined
  if (mode === 'query' || mode === 'fragment' || mode === 'form_post') return mode
  throw new OAuth2Error(
    unsupportedResponseMode,
    `Request with unsupported response_mode "${mode}".`,
  )
}

function requestedTypes(client: ClientRow, form: URLSearchParams): readonly string[] {
  const types = words(form, 'response_type')
  if (types.length === 0) {
    throw new OAuth2Error(
      unsupportedResponseType,
      "`The request is missing the 'response_type' parameter.",
    )
  }
  if (responseTypes(client).some((allowed) => isSameSet(allowed.split(' '), types))) return types
  throw new OAuth2Error(
    unsupportedResponseType,
    `The client is not allowed to request response_type '${form.get('response_type')}'.`,
  )
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const lower = (list: readonly string[]) =>
    list
      .filter((item) => item !== '')
      .map((item) => item.toLowerCase())
      .sort()
      .join(' ')
  return lower(a) === lower(b)
}
