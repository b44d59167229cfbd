import { randomUUID } from 'node:crypto'
import { conflict, oryError } from '../errors.ts'
import { formatTime, roundToSecond } from '../go/time.ts'
import type { Route } from '../http.ts'
import type { Ory } from '../ory.ts'
import { cleanPath } from '../paths.ts'
import { newOpaqueToken, opaqueDigest } from '../tokens/opaque.ts'
import { decodeBody } from './body.ts'
import { beforeSave, toStored } from './client-row.ts'
import { newClientSecret, secretDigest } from './client-secret.ts'
import {
  clientFields,
  clientNames,
  type OAuth2Client,
  toWireClient,
  type WireClient,
} from './fields.ts'
import { validateClient } from './validation.ts'

/** createOAuth2Client: 201, and the only answer that ever shows a generated secret. */
export const createOAuth2Client: Route['handle'] = async ({ body }, ory) => {
  const sent = decodeBody(clientFields, clientNames, body)
  const created = await createClient(ory, sent)
  return { status: 201, headers: { Location: cleanPath(locationOf(created)) }, json: created }
}

/**
 * Stores a client, with an id and a secret where it names none, and gives back what the answer shows.
 *
 * @throws AnswerError 400 where it is not valid, 409 where its id is taken.
 */
export async function createClient(ory: Ory, sent: OAuth2Client): Promise<WireClient> {
  const secret = sent.client_secret || newClientSecret()
  const valid = await validateClient({ ...sent, client_secret: secret }, ory.settings)
  const client_id = valid.client_id || randomUUID()
  if (ory.state.clients.has(client_id)) throw oryError(conflict)

  const now = ory.now()
  const client = beforeSave({
    ...valid,
    client_id,
    created_at: formatTime(roundToSecond(now)),
    updated_at: formatTime(now),
  })
  const registrationToken = newOpaqueToken(ory.state.keys, 'ory_at')
  ory.state.clients.set(client_id, {
    client_id,
    fields: toStored(client),
    secretDigest: secretDigest(secret),
    rotatedSecretDigests: [],
    registrationTokenDigest: opaqueDigest(registrationToken),
  })

  const isPublic = client.token_endpoint_auth_method === 'none'
  return toWireClient({
    ...client,
    client_secret: isPublic ? '' : secret,
    registration_access_token: registrationToken,
    registration_client_uri: registrationUri(ory.settings.issuer, sent.client_id),
  })
}

/** What `Location` says; at the end of a registration it is the same, without its slash. */
export function locationOf({ client_id }: WireClient): string {
  return `/admin/clients/${escapedTwice(String(client_id))}`
}

/** Without the id where Ory chose it: the URI is made before the id is. */
function registrationUri(issuer: string, sentId: string): string {
  return `${issuer}${cleanPath(`/oauth2/register${sentId === '' ? '' : `/${escapedTwice(sentId)}`}`)}`
}

/** Ory escapes the id for a path segment, and then the path it is part of. */
function escapedTwice(id: string): string {
  const segment = encodeURIComponent(id)
    .replace(/%(24|26|2B|3A|3D|40)/g, decodeURIComponent)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
  return segment.replaceAll('%', '%25')
}
