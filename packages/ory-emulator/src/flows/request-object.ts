import { invalidRequest, type OryError } from '../errors.ts'
import type { Ory } from '../ory.ts'
import type { ClientRow } from '../state.ts'
import { clientKey, hasKeys } from '../tokens/client-keys.ts'
import { includes, strings, text } from '../tokens/client-metadata.ts'
import { words } from '../tokens/form.ts'
import type { Claims } from '../tokens/issue.ts'
import { algorithmOf, decodeJwt, isSignedBy, isSupported } from '../tokens/jwt.ts'
import { checkJwtTimes } from '../tokens/jwt-times.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { invalidRequestObject, invalidRequestUri } from './flow-errors.ts'

/**
 * A request object (OpenID Connect Core section 6), by value or by reference: what it claims
 * replaces what the query says, but for the scope, which is joined. Only OpenID requests have one.
 */
export async function readRequestObject(
  ory: Ory,
  client: ClientRow,
  form: URLSearchParams,
): Promise<void> {
  const scope = words(form, 'scope')
  const request = form.get('request') ?? ''
  const requestUri = form.get('request_uri') ?? ''
  if (!includes(scope, 'openid') || request + requestUri === '') return
  if (request !== '' && requestUri !== '') {
    throw new OAuth2Error(
      invalidRequest,
      "OpenID Connect parameters 'request' and 'request_uri' were both given, but you can use at most one.",
    )
  }
  if (!hasKeys(client)) {
    throw new OAuth2Error(
      invalidRequest,
      "OpenID Connect 'request' or 'request_uri' context was given, but the OAuth 2.0 Client does not have any JSON Web Keys registered.",
    )
  }
  const object = requestUri === '' ? request : await fetchedObject(client, requestUri)
  const claims = await verifiedClaims(ory, client, object)
  checkJwtTimes(claims, ory.now())
  for (const [name, value] of Object.entries(claims)) form.set(name, String(value))
  form.set('scope', [...new Set([...words(form, 'scope'), ...scope])].join(' '))
}

async function fetchedObject(client: ClientRow, uri: string): Promise<string> {
  const refused = (hint: string) => new OAuth2Error(invalidRequestUri, hint)
  if (!strings(client, 'request_uris').includes(uri)) {
    throw refused(`Request URI '${uri}' is not whitelisted by the OAuth 2.0 Client.`)
  }
  const unable = "Unable to fetch OpenID Connect request parameters from 'request_uri' because"
  const response = await fetch(uri).catch((error: Error) => {
    throw refused(`${unable}: ${error.message}.`)
  })
  if (response.status === 200) return response.text()
  await response.body?.cancel()
  throw refused(`${unable} status code '200' was expected, but got '${response.status}'.`)
}

async function verifiedClaims(ory: Ory, client: ClientRow, object: string): Promise<Claims> {
  const jwt = decodeJwt(object)
  if (jwt?.claims === undefined) throw unverifiable()
  const used = algorithmOf(jwt)
  const enforced = text(client, 'request_object_signing_alg')
  if (enforced !== '' && enforced !== used) {
    throw new OAuth2Error(
      invalidRequestObject,
      `The request object uses signing algorithm '${used}', but the requested OAuth 2.0 Client enforces signing algorithm '${enforced}'.`,
    )
  }
  if (used === 'none') return jwt.claims
  if (!isSupported(used)) {
    throw new OAuth2Error(
      invalidRequestObject,
      `This request object uses unsupported signing algorithm '${used}'.`,
    )
  }
  const key = await clientKey(ory, client, jwt).catch((error) => {
    throw withoutKey(used, error)
  })
  if (isSignedBy(jwt, key)) return jwt.claims
  throw unverifiable()
}

function unverifiable(): OAuth2Error {
  return new OAuth2Error(invalidRequestObject, "Unable to verify the request object's signature.")
}

/** Says what was looked for, and then why it was not found. */
function withoutKey(algorithm: string, error: unknown): unknown {
  if (!(error instanceof OAuth2Error)) return error
  const family = algorithm.startsWith('ES') ? 'ECDSA' : 'RSA'
  const kind: OryError = invalidRequestObject
  const hint = `Unable to retrieve ${family} signing key from OAuth 2.0 Client. ${error.hint ?? ''}`
  return new OAuth2Error(kind, hint.trimEnd())
}
