import { randomUUID } from 'node:crypto'
import {
  badRequest,
  invalidClientMetadata,
  invalidRequest,
  type OryError,
  oryError,
} from '../errors.ts'
import { decodeFirst, isObject } from '../go/json.ts'
import type { Request, Route } from '../http.ts'
import type { Ory } from '../ory.ts'
import type { ClientRow } from '../state.ts'
import { bearerToken } from '../tokens/bearer-token.ts'
import { isGenuine, newOpaqueToken, opaqueDigest } from '../tokens/opaque.ts'
import { decodeBody } from './body.ts'
import { showClient } from './change.ts'
import { createClient, locationOf } from './create.ts'
import { deleteClient } from './delete.ts'
import { clientFields, clientNames, type OAuth2Client } from './fields.ts'
import { updateClient } from './update.ts'

/*
 * OpenID Connect Dynamic Client Registration: clients that register themselves, and look after
 * themselves by the token they got for it.
 */

const notFound: OryError = {
  status: 404,
  error: 'The requested resource could not be found',
  description: '',
}

const forbidden: OryError = {
  status: 403,
  error: 'The requested action was forbidden',
  description: '',
}

const unauthorized: OryError = {
  status: 401,
  error: 'The request could not be authorized',
  description: '',
}

const noOwnSecret = 'It is not allowed to choose your own OAuth2 Client secret.'

/** createOidcDynamicClient: 201; the id is the server's to choose. */
export const createOidcDynamicClient: Route['handle'] = async ({ body }, ory) => {
  checkEnabled(ory)
  const sent = decodeBody(clientFields, clientNames, body)
  if (sent.client_secret !== '') throw oryError(badRequest, noOwnSecret)
  checkChoices(sent, body)
  const created = await createClient(ory, { ...sent, client_id: randomUUID() })
  return { status: 201, headers: { Location: locationOf(created).slice(1) }, json: created }
}

/** getOidcDynamicClient: everything but the metadata. */
export const getOidcDynamicClient: Route['handle'] = (request, ory) => {
  const { metadata: _, ...shown } = ownClient(request, ory).fields
  return { status: 200, json: shown }
}

/** setOidcDynamicClient: replaces everything but the secret, and the token as well. */
export const setOidcDynamicClient: Route['handle'] = async (request, ory) => {
  const { client_id } = ownClient(request, ory)
  const sent = decodedOr400(request.body)
  if (sent.client_secret !== '') throw oryError(forbidden, noOwnSecret)
  checkChoices(sent, request.body)
  const token = newOpaqueToken(ory.state.keys, 'ory_at')
  const client = { ...sent, client_id }
  const saved = await updateClient(ory, client, 'kept', opaqueDigest(token))
  return showClient({ ...saved, registration_access_token: token })
}

/** deleteOidcDynamicClient: 204, with all that the client was granted. */
export const deleteOidcDynamicClient: Route['handle'] = (request, ory) => {
  deleteClient(ory.state, ownClient(request, ory).client_id)
  return { status: 204 }
}

function checkEnabled({ settings }: Ory): void {
  if (!settings.dynamicRegistration) {
    throw oryError(notFound, 'Dynamic registration is not enabled.')
  }
}

/** The client the path names, which the request's bearer token has to open. */
function ownClient(request: Request, ory: Ory): ClientRow {
  checkEnabled(ory)
  const client = ory.state.clients.get(request.params['id'] ?? '')
  const token = bearerToken(request)
  const isOwn =
    client?.registrationTokenDigest === opaqueDigest(token) &&
    isGenuine(ory.state.keys, 'ory_at', token)
  if (isOwn && client !== undefined) return client
  throw oryError(
    unauthorized,
    'The requested OAuth 2.0 client does not exist or you provided incorrect credentials.',
  )
}

function decodedOr400(body: Buffer): OAuth2Client {
  try {
    return decodeBody(clientFields, clientNames, body)
  } catch {
    throw oryError(badRequest, 'Unable to decode the request body. Is it valid JSON?')
  }
}

/** What only an administrator may choose, in Ory's order. */
function checkChoices(sent: OAuth2Client, body: Buffer): void {
  if (namesMetadata(body)) {
    throw oryError(
      invalidClientMetadata,
      '"metadata" cannot be set for dynamic client registration',
    )
  }
  if (sent.access_token_strategy !== '') {
    throw oryError(badRequest, 'It is not allowed to choose your own access token strategy.')
  }
  for (const name of ['skip_consent', 'skip_logout_consent'] as const) {
    if (!sent[name]) continue
    throw oryError({
      ...invalidRequest,
      description: `"${name}" cannot be set for dynamic client registration`,
      hint: '',
    })
  }
}

function namesMetadata(body: Buffer): boolean {
  const value = decodeFirst(body)
  return isObject(value) && Object.keys(value).some((name) => name.toLowerCase() === 'metadata')
}
