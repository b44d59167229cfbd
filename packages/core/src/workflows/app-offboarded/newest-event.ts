import type { AppOffboarded, OffboardingMode } from '../../events/index.ts'
import { type Ledger, type RowKey, rowExpiry } from '../../ports/index.ts'
import type { SupersededBy } from '../../run/index.ts'

/** The newest event about a client that has been begun. Rows before 2026-12 have a time alone. */
export interface NewestRow extends Partial<Omit<SupersededBy, 'time'>> {
  /** RFC 3339. */
  readonly time: string
  readonly mode?: OffboardingMode
}

interface NewestServices {
  readonly newest: Ledger<NewestRow>
  readonly clock: { now(): number }
}

/** Of events with the same time the one that takes most counts, in whatever order they arrive. */
const ranks: Readonly<Record<OffboardingMode, number>> = {
  restore: 0,
  reset: 1,
  suspend: 2,
  delete: 3,
}

type Dated = Pick<AppOffboarded, 'clientId' | 'time' | 'mode'>

/** The event that overrides this one, if such a one has been begun about the same client. */
export async function newerThan(
  event: Dated,
  { newest }: NewestServices,
): Promise<SupersededBy | undefined> {
  const row = (await newest.read(keyOf(event.clientId)))?.row
  if (row === undefined || !overrides(row, event)) return undefined

  const { id = 'not recorded', source = 'not recorded', time } = row
  return { id, source, time }
}

/**
 * Remembers an event before anything is done for it: once a later one has begun, an earlier one
 * does nothing. Called while the client's lease is held, so that nobody writes in between.
 */
export async function rememberNewest(
  { clientId, id, source, time, mode }: AppOffboarded,
  { newest, clock }: NewestServices,
): Promise<void> {
  const key = keyOf(clientId)
  const stored = await newest.read(key)
  if (stored?.row.id === id && stored.row.source === source && stored.row.time === time) return

  const row = { id, source, time, mode }
  await newest.write(key, row, stored?.version ?? 0, rowExpiry(clock))
}

/** Rows without a mode never overrode an event of the same time. */
function overrides({ time, mode }: NewestRow, event: Dated): boolean {
  const ahead = Date.parse(time) - Date.parse(event.time)
  return ahead > 0 || (ahead === 0 && mode !== undefined && ranks[mode] > ranks[event.mode])
}

function keyOf(clientId: string): RowKey {
  return { workflow: 'app-offboarded', event: `client ${clientId}`, pass: 'newest' }
}
