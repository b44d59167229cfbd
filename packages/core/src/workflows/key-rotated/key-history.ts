import type { KeyRotated } from '../../events/index.ts'
import { type Ledger, type RowKey, rowExpiry } from '../../ports/index.ts'
import { masked, type SupersededBy } from '../../run/index.ts'

/** A rotation that was begun: which `kid` it brought, when, and which it retires. */
export interface BegunRotation {
  readonly kid: string
  /** The event's, RFC 3339. */
  readonly time: string
  readonly retires: readonly string[] | 'others'
  /** The event's own, as the ledger may know them; rotations before 2026-12 have none. */
  readonly id?: string
  readonly source?: string
}

/** The latest rotations of an issuer's keys for one subject, or for any; the newest is the last. */
export interface KeyHistoryRow {
  readonly rotations: readonly BegunRotation[]
}

/** Of older ones no event is on its way any more. */
const rotationsKept = 50

/** Keys may have long names, and a rotation may retire fifty of them. */
const mostBytes = 60_000

interface HistoryServices {
  readonly keyHistories: Ledger<KeyHistoryRow>
}

interface RememberingServices extends HistoryServices {
  readonly clock: { now(): number }
  readonly ledgerKey: Uint8Array
}

/** Whose keys: an issuer's, for one subject (a pseudonym), or for any. */
export interface Bearer {
  readonly issuer: string
  readonly subject: string | undefined
}

/** What the ledger remembers of whom these keys are for. */
export async function rotationsOf(
  bearer: Bearer,
  { keyHistories }: HistoryServices,
): Promise<readonly BegunRotation[]> {
  return (await keyHistories.read(keyOf(bearer)))?.row.rotations ?? []
}

/** Remembers a rotation before anything is done for it; called while the issuer's lease is held. */
export async function rememberRotation(
  bearer: Bearer,
  event: KeyRotated,
  { keyHistories, clock, ledgerKey }: RememberingServices,
): Promise<void> {
  const { kid } = event.jwk
  const { time, retire } = event
  const key = keyOf(bearer)
  const stored = await keyHistories.read(key)
  const known = stored?.row.rotations ?? []
  if (known.some((rotation) => rotation.kid === kid && !isLater(time, rotation.time))) return

  const others = known.filter((rotation) => rotation.kid !== kid)
  const id = masked(event.id, event.subject, ledgerKey)
  const source = masked(event.source, event.subject, ledgerKey)
  const begun = { kid, time, retires: retire?.kids ?? [], id, source }
  const rotations = withinBounds([...others, begun])
  await keyHistories.write(key, { rotations }, stored?.version ?? 0, rowExpiry(clock))
}

/** The latest of them, as many as a row has room for. */
function withinBounds(rotations: readonly BegunRotation[]): readonly BegunRotation[] {
  const latest = rotations.slice(-rotationsKept)
  const isTooMuch = latest.length > 1 && JSON.stringify(latest).length > mostBytes
  return isTooMuch ? withinBounds(latest.slice(1)) : latest
}

/** A later event that has begun and retires the key which this one brings. */
export function retiredBy(
  rotations: readonly BegunRotation[],
  { jwk: { kid }, time }: KeyRotated,
): SupersededBy | undefined {
  const found = rotations.find(
    (later) =>
      later.kid !== kid &&
      isLater(later.time, time) &&
      (later.retires === 'others' || later.retires.includes(kid)),
  )
  if (found === undefined) return undefined

  const { id = 'not recorded', source = 'not recorded' } = found
  return { id, source, time: found.time }
}

function isLater(one: string, other: string): boolean {
  return Date.parse(one) > Date.parse(other)
}

function keyOf({ issuer, subject }: Bearer): RowKey {
  return { workflow: 'key-history', event: `${issuer} ${subject ?? '*'}`, pass: 'rotations' }
}
