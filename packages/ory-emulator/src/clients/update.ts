import { oryError, rowNotFound } from '../errors.ts'
import { formatTime } from '../go/time.ts'
import type { Ory } from '../ory.ts'
import type { ClientRow } from '../state.ts'
import { beforeSave, toStored } from './client-row.ts'
import { secretDigest } from './client-secret.ts'
import type { OAuth2Client } from './fields.ts'
import { validateClient } from './validation.ts'

/**
 * Writes a client over the row its `client_id` names, whole, and gives back what the answer shows.
 *
 * A `client_secret` replaces the current one and retires the rotated ones; an empty one leaves the
 * current one alone, and `rotated` says what becomes of the others.
 * `created_at` is never stored, and a registration token that is not given is none any more.
 *
 * @throws AnswerError 400 before 404: Ory validates before it looks the row up.
 */
export async function updateClient(
  ory: Ory,
  client: OAuth2Client,
  rotated: 'kept' | 'cleared',
  registrationTokenDigest?: string,
): Promise<OAuth2Client> {
  const valid = await validateClient(client, ory.settings)
  const row = existingClient(ory, client.client_id)
  const now = formatTime(ory.now())
  const saved = beforeSave({ ...valid, created_at: valid.created_at ?? now, updated_at: now })

  row.fields = { ...toStored(saved), created_at: row.fields['created_at'] }
  if (client.client_secret !== '') row.secretDigest = secretDigest(client.client_secret)
  if (client.client_secret !== '' || rotated === 'cleared') row.rotatedSecretDigests = []
  row.registrationTokenDigest = registrationTokenDigest
  return saved
}

/** @throws AnswerError 404 with the row-level body. */
export function existingClient({ state }: Ory, id: string | undefined): ClientRow {
  const row = state.clients.get(id ?? '')
  if (!row) throw oryError(rowNotFound)
  return row
}
