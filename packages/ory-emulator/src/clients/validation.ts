import { invalidRedirectUri, oryError } from '../errors.ts'
import { isValidJwk } from '../go/jwk.ts'
import { type GoUrl, parseRequestUri, parseUrl } from '../go/urls.ts'
import type { Settings } from '../ory.ts'
import type { OAuth2Client } from './fields.ts'
import { invalid, orRefuse } from './refusal.ts'
import { checkSectorIdentifier } from './sector-identifier.ts'

/** The algorithms a `private_key_jwt` client may announce. */
const assertionAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
]

/**
 * Checks a client in Ory's order and fills its defaults in.
 *
 * @throws AnswerError 400, `invalid_client_metadata` or `invalid_redirect_uri`.
 */
export async function validateClient(
  client: OAuth2Client,
  settings: Settings,
): Promise<OAuth2Client> {
  const subjectTypes = subjectTypesFor(client, settings)
  checkAuthMethod(client)
  checkKeys(client)
  checkPages(client)
  if (client.client_secret !== '' && Buffer.byteLength(client.client_secret) < 6) {
    throw invalid('Field client_secret must contain a secret that is at least 6 characters long.')
  }
  const origins = client.allowed_cors_origins?.map(checkedOrigin) ?? null
  await checkSectorIdentifier(client)
  if (!['', 'none', 'RS256'].includes(client.userinfo_signed_response_alg)) {
    throw invalid("Field userinfo_signed_response_alg can either be 'none' or 'RS256'.")
  }
  const redirects = (client.redirect_uris ?? []).map(checkedRedirect)
  checkSubjectType(client, subjectTypes)
  checkPostLogoutRedirects(client, redirects)

  return {
    ...client,
    token_endpoint_auth_method: client.token_endpoint_auth_method || 'client_secret_basic',
    scope: client.scope || settings.defaultScope.join(' '),
    allowed_cors_origins: origins,
    client_secret_expires_at: 0,
    userinfo_signed_response_alg: client.userinfo_signed_response_alg || 'none',
    subject_type: client.subject_type || (subjectTypes[0] ?? 'public'),
    access_token_strategy: checkedStrategy(client.access_token_strategy),
  }
}

function checkAuthMethod(client: OAuth2Client): void {
  if (client.token_endpoint_auth_method !== 'private_key_jwt') return
  if (client.jwks_uri === '' && client.jwks?.keys === undefined) {
    throw invalid(
      "When token_endpoint_auth_method is 'private_key_jwt', either jwks or jwks_uri must be set.",
    )
  }
  const alg = client.token_endpoint_auth_signing_alg
  if (alg !== '' && !assertionAlgorithms.includes(alg)) {
    throw invalid(
      'Only RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 and ES512 are supported as algorithms for private key authentication.',
    )
  }
}

function checkKeys({ jwks, jwks_uri }: OAuth2Client): void {
  if (jwks_uri !== '' && jwks?.keys !== undefined) {
    throw invalid('Fields jwks and jwks_uri can not both be set, you must choose one.')
  }
  if (!(jwks?.keys ?? []).every(isValidJwk)) throw invalid('Invalid JSON web key in set.')
}

function checkPages(client: OAuth2Client): void {
  for (const field of ['tos_uri', 'policy_uri', 'logo_uri', 'client_uri'] as const) {
    const uri = client[field]
    if (uri === '') continue
    const url = orRefuse(
      () => parseRequestUri(uri),
      () => invalid(`Field ${field} must be a valid URI.`),
    )
    if (!isWeb(url)) {
      throw invalid(`${uri} must use https:// or http:// as HTTP scheme for field ${field}.`)
    }
  }
}

function isWeb({ scheme }: GoUrl): boolean {
  return scheme === 'https' || scheme === 'http'
}

function checkedOrigin(origin: string): string {
  const url = orRefuse(
    () => parseUrl(origin),
    (reason) =>
      invalid(`Origin URL ${origin} from allowed_cors_origins could not be parsed: ${reason}`),
  )
  if (!isWeb(url))
    throw invalid(`Origin URL ${origin} must use https:// or http:// as HTTP scheme.`)
  if (url.userinfo !== '') {
    throw invalid(`Origin URL ${origin} has HTTP user and/or password set which is not allowed.`)
  }
  if (url.path.replace(/\/+$/, '') + url.rawQuery + url.fragment !== '') {
    throw invalid(
      `Origin URL ${origin} must have an empty path, query, and fragment but one of the parts is not empty.`,
    )
  }
  return `${url.scheme}:${url.rest}`.replace(/\/+$/, '')
}

function checkedRedirect(uri: string): GoUrl {
  if (uri.includes('#')) {
    throw oryError(invalidRedirectUri, 'Redirect URIs must not contain fragments (#).')
  }
  return orRefuse(
    () => parseRequestUri(uri),
    () => oryError(invalidRedirectUri, `Unable to parse redirect URL: ${uri}`),
  )
}

/** JWT access tokens say the subject itself, so that pairwise subjects do not go with them. */
function subjectTypesFor(client: OAuth2Client, settings: Settings): readonly string[] {
  const isJwt = (client.access_token_strategy || settings.accessTokenStrategy) === 'jwt'
  return isJwt ? ['public'] : settings.subjectTypes
}

function checkSubjectType({ subject_type }: OAuth2Client, supported: readonly string[]): void {
  if (subject_type === '' || supported.includes(subject_type)) return
  throw invalid(
    `Subject type ${subject_type} is not supported by server, only [${supported.join(' ')}] are allowed.`,
  )
}

function checkPostLogoutRedirects(client: OAuth2Client, redirects: readonly GoUrl[]): void {
  for (const uri of client.post_logout_redirect_uris ?? []) {
    const url = orRefuse(
      () => parseRequestUri(uri),
      () => invalid(`Unable to parse post_logout_redirect_uri: ${uri}`),
    )
    const known = redirects.some(
      ({ scheme, hostname, port }) =>
        scheme === url.scheme && hostname === url.hostname && port === url.port,
    )
    if (known) continue
    throw invalid(
      `post_logout_redirect_uri ${JSON.stringify(uri)} must match the domain, port, scheme of at least one of the registered redirect URIs but did not`,
    )
  }
}

function checkedStrategy(strategy: string): string {
  const known = ['', 'opaque', 'jwt'].find((name) => name === strategy.toLowerCase())
  if (known !== undefined) return known
  throw invalid(
    `invalid access token strategy: expected one of [jwt, opaque] but got ${strategy.toLowerCase()}`,
  )
}
