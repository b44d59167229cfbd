import type { Ledger, RowKey } from '../../ports/index.ts'
import { rowRetentionMs } from '../../run/index.ts'

/** The latest time of an event about something that has been begun, RFC 3339. */
export interface NewestRow {
  readonly time: string
}

interface NewestServices {
  readonly newest: Ledger<NewestRow>
  readonly clock: { now(): number }
}

/** Whether no later event about the client has been begun. */
export async function isNewest(
  clientId: string,
  time: string,
  { newest }: NewestServices,
): Promise<boolean> {
  const stored = await newest.read(keyOf(clientId))
  return stored === undefined || Date.parse(stored.row.time) <= Date.parse(time)
}

/**
 * Remembers an event before anything is done for it: once a later one has begun, an earlier one
 * does nothing. Called while the client's lease is held, so that nobody writes in between.
 */
export async function rememberNewest(
  clientId: string,
  time: string,
  { newest, clock }: NewestServices,
): Promise<void> {
  const key = keyOf(clientId)
  const stored = await newest.read(key)
  if (stored?.row.time === time) return

  const expiresAt = Math.ceil((clock.now() + rowRetentionMs) / 1000)
  await newest.write(key, { time }, stored?.version ?? 0, expiresAt)
}

function keyOf(clientId: string): RowKey {
  return { workflow: 'app-offboarded', event: `client ${clientId}`, pass: 'newest' }
}
