import { clientSecretMatches } from '../clients/client-secret.ts'
import { invalidClient, invalidRequest } from '../errors.ts'
import type { Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import type { ClientRow } from '../state.ts'
import { assertedClient, assertionType } from './client-assertion.ts'
import { authMethod, isPublic } from './client-metadata.ts'
import { OAuth2Error } from './oauth2-error.ts'

/**
 * The client a token, revocation or device request comes from: by HTTP Basic, by the body's
 * `client_id` and `client_secret`, by a client assertion (RFC 7523), or, for a public client, by
 * its mere id. Throws {@link OAuth2Error}.
 */
export async function authenticateClient(
  request: Request,
  form: URLSearchParams,
  ory: Ory,
): Promise<ClientRow> {
  const type = form.get('client_assertion_type') ?? ''
  if (type === assertionType) return assertedClient(form, ory)
  if (type !== '') {
    throw new OAuth2Error(invalidRequest, `Unknown client_assertion_type '${type}'.`)
  }

  const { id, secret, basicSecret } = credentials(request, form)
  const client = ory.state.clients.get(id)
  if (client === undefined) throw new OAuth2Error(invalidClient)
  checkMethod(client, form, basicSecret)
  if (isPublic(client) || clientSecretMatches(client, secret)) return client
  throw new OAuth2Error(invalidClient)
}

interface Credentials {
  readonly id: string
  readonly secret: string
  /** The secret as it stood in the header, or `undefined` where there was no header. */
  readonly basicSecret: string | undefined
}

function credentials(request: Request, form: URLSearchParams): Credentials {
  const basic = basicCredentials(request.headers.authorization)
  if (basic !== undefined) {
    return {
      id: formDecoded(basic.id, 'id'),
      secret: formDecoded(basic.secret, 'secret'),
      basicSecret: basic.secret,
    }
  }
  const id = form.get('client_id') ?? ''
  if (id !== '') return { id, secret: form.get('client_secret') ?? '', basicSecret: undefined }
  throw new OAuth2Error(
    invalidRequest,
    'Client credentials missing or malformed in both HTTP Authorization header and HTTP POST body.',
  )
}

/** The pair of an `Authorization: Basic` header, its base64 to the letter, still form-encoded (RFC 6749 section 2.3.1). */
function basicCredentials(header: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^basic ([A-Za-z0-9+/]*={0,2})$/i.exec(header ?? '')?.[1]
  if (encoded === undefined || encoded.length % 4 !== 0) return undefined
  const pair = Buffer.from(encoded, 'base64').toString()
  const colon = pair.indexOf(':')
  if (colon < 0) return undefined
  return { id: pair.slice(0, colon), secret: pair.slice(colon + 1) }
}

function formDecoded(value: string, what: 'id' | 'secret'): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    throw new OAuth2Error(
      invalidRequest,
      `The client ${what} in the HTTP authorization header could not be decoded from 'application/x-www-form-urlencoded'.`,
    )
  }
}

/** Throws where the credentials came in another way than the client is registered for. */
function checkMethod(
  client: ClientRow,
  form: URLSearchParams,
  basicSecret: string | undefined,
): void {
  const method = authMethod(client)
  const wrong = usedMethods(form, basicSecret).find((used) => used !== method)
  if (wrong === undefined) return
  throw new OAuth2Error(
    invalidClient,
    `The OAuth 2.0 Client supports client authentication method '${method}', but method '${wrong}' was requested. You must configure the OAuth 2.0 client's 'token_endpoint_auth_method' value to accept '${wrong}'.`,
  )
}

function usedMethods(form: URLSearchParams, basicSecret: string | undefined): string[] {
  const methods: string[] = []
  if (form.get('client_id') && form.get('client_secret')) methods.push('client_secret_post')
  if (basicSecret) methods.push('client_secret_basic')
  return methods
}
