import type { Answer, Route } from '../http.ts'
import { decodeBody } from './body.ts'
import { fromRow } from './client-row.ts'
import {
  clientFields,
  clientNames,
  lifespanFields,
  lifespanNames,
  type OAuth2Client,
  toWireClient,
} from './fields.ts'
import { applyClientPatch } from './patch.ts'
import { existingClient, updateClient } from './update.ts'

export function showClient(client: OAuth2Client): Answer {
  return { status: 200, json: toWireClient(client) }
}

/** setOAuth2Client: replaces everything but the secret; the path's id wins over the body's. */
export const setOAuth2Client: Route['handle'] = async ({ params, body }, ory) => {
  const sent = decodeBody(clientFields, clientNames, body)
  const client = { ...sent, client_id: params['id'] ?? '' }
  return showClient(await updateClient(ory, client, 'kept'))
}

/** setOAuth2ClientLifespans: replaces all of them. */
export const setOAuth2ClientLifespans: Route['handle'] = async ({ params, body }, ory) => {
  const row = existingClient(ory, params['id'])
  const lifespans = decodeBody(lifespanFields, lifespanNames, body)
  const client = { ...fromRow(row), ...lifespans }
  return showClient(await updateClient(ory, client, 'kept', row.registrationTokenDigest))
}

/** patchOAuth2Client: looked up first, then patched, then validated; writes wherever `client_id` now points. */
export const patchOAuth2Client: Route['handle'] = async ({ params, body }, ory) => {
  const row = existingClient(ory, params['id'])
  // The document Ory patches holds the secret's hash, so that `remove` finds something to remove.
  const before = { ...fromRow(row), client_secret: row.secretDigest ?? '' }
  const after = applyClientPatch(toWireClient(before), body, ory.settings.profile)
  const secretTouched = after.client_secret !== before.client_secret
  const client = { ...after, client_secret: secretTouched ? after.client_secret : '' }
  const rotated = secretTouched ? 'cleared' : 'kept'
  return showClient(await updateClient(ory, client, rotated))
}
