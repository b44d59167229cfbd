import { LedgerConflictError, UnavailableError } from '../errors.ts'
import { type Clock, type Ledger, type RowKey, rowExpiry } from '../ports/index.ts'
import { type BackfillRow, type Holder, heldUntil, newBackfill } from './row.ts'

/** What the row of a file is kept with. */
export interface RowServices {
  readonly runs: Ledger<BackfillRow>
  readonly clock: Clock
  readonly self: Holder
  /** Whether a holder has ended for certain: a process of this machine that is no longer there. */
  readonly isGone: (holder: Holder) => boolean
}

/** A row that this process may write, and what it says now. */
export interface HeldRow {
  readonly row: BackfillRow
  /**
   * Writes what is new: at most once a second, and every 15 s where nothing is. Where the ledger is
   * out of reach for now, the next time does it: until then more lines would be sent once more.
   * @throws LedgerConflictError where somebody else has taken the file over
   */
  advance(to: Partial<BackfillRow>): Promise<void>
  /** Writes it now. */
  settle(to: Partial<BackfillRow>): Promise<void>
  /** Lets go of the file. */
  release(): Promise<void>
}

const tickMs = 1000
const beatMs = 15_000

/**
 * Takes a file for this process, where nobody else works through it; a file that is new begins.
 * @param names those it may be under, the one for a new file first
 * @returns the row of whoever holds it, where it cannot be taken
 */
export async function holdRow(
  names: readonly [string, ...string[]],
  services: RowServices,
): Promise<HeldRow | { readonly heldBy: BackfillRow }> {
  const { clock, self } = services
  const { key, stored } = await find(names, services.runs)
  if (stored !== undefined && isTaken(stored.row, services)) return { heldBy: stored.row }
  const row = stored?.row ?? newBackfill(key.event, clock.now())
  try {
    const version = stored?.version ?? 0
    return await heldRow(key, { ...row, holder: self }, version, services)
  } catch (error) {
    if (!(error instanceof LedgerConflictError)) throw error
    const winner = await services.runs.read(key)
    if (winner === undefined) throw error
    return { heldBy: winner.row }
  }
}

function isTaken(row: BackfillRow, { clock, self, isGone }: RowServices): boolean {
  const { holder } = row
  if (holder === undefined || clock.now() >= heldUntil(row)) return false
  return !isSame(holder, self) && !isGone(holder)
}

function isSame(one: Holder | undefined, other: Holder | undefined): boolean {
  return one?.host === other?.host && one?.pid === other?.pid
}

/** One item by its key: nothing is looked for among others. */
async function find(names: readonly [string, ...string[]], runs: Ledger<BackfillRow>) {
  for (const name of names) {
    const stored = await runs.read(keyOf(name))
    if (stored !== undefined) return { key: keyOf(name), stored }
  }
  return { key: keyOf(names[0]), stored: undefined }
}

function keyOf(name: string): RowKey {
  return { workflow: 'backfill', event: name, pass: 'run' }
}

async function heldRow(
  key: RowKey,
  first: BackfillRow,
  expected: number,
  { runs, clock }: RowServices,
): Promise<HeldRow> {
  const held = { row: first, version: expected, isNew: true, isUnsure: false, triedAt: 0 }
  const write = async () => {
    const row = { ...held.row, writtenAt: clock.now() }
    held.triedAt = clock.now()
    if (held.isUnsure) held.version = (await ownVersion(key, runs, first)) ?? held.version
    held.version = await runs.write(key, row, held.version, rowExpiry(clock))
    Object.assign(held, { row, isNew: false, isUnsure: false })
  }
  const merge = (to: Partial<BackfillRow>) => {
    held.isNew ||= isOther(held.row, to)
    held.row = { ...held.row, ...to }
  }
  await write()
  return {
    get row() {
      return held.row
    },
    async advance(to) {
      merge(to)
      if (clock.now() - held.triedAt < (held.isNew ? tickMs : beatMs)) return
      await write().catch((error: unknown) => {
        if (!(error instanceof UnavailableError)) throw error
        Object.assign(held, { isNew: true, isUnsure: true })
      })
    },
    async settle(to) {
      merge(to)
      await write()
    },
    async release() {
      const { holder: _self, ...row } = held.row
      held.row = row
      await write()
    },
  }
}

/** A write whose answer was lost may have been done: then the row is this process's, with another version. */
async function ownVersion(
  key: RowKey,
  runs: Ledger<BackfillRow>,
  { holder }: BackfillRow,
): Promise<number | undefined> {
  const stored = await runs.read(key)
  return isSame(stored?.row.holder, holder) ? stored?.version : undefined
}

function isOther(row: BackfillRow, to: Partial<BackfillRow>): boolean {
  return Object.entries(to).some(([name, value]) => row[name as keyof BackfillRow] !== value)
}
