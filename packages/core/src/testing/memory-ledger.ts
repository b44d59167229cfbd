import { LedgerConflictError } from '../errors.ts'
import { type Clock, type Ledger, type RowKey, type Stored, systemClock } from '../ports/index.ts'

type Kept<Row> = Stored<Row> & { readonly expiresAt: number | undefined }

/** A ledger in memory, with the same compare-and-swap as the real one, and a look at its rows. */
export interface MemoryLedger<Row> extends Ledger<Row> {
  readonly rows: readonly Row[]
  /** Of the same rows, in seconds since the epoch. */
  readonly expiries: readonly (number | undefined)[]
}

/** With a `clock` rows expire as they do in the real one; without, they stay for ever. */
export function memoryLedger<Row>(clock?: Clock): MemoryLedger<Row> {
  const stored = new Map<string, Kept<Row>>()
  const now = () => (clock ?? systemClock).now()
  const isThere = ({ expiresAt }: Kept<Row>) =>
    clock === undefined || expiresAt === undefined || expiresAt * 1000 > clock.now()
  return {
    get rows() {
      return [...stored.values()].filter(isThere).map(({ row }) => row)
    },
    get expiries() {
      return [...stored.values()].filter(isThere).map(({ expiresAt }) => expiresAt)
    },
    async read(key) {
      const found = stored.get(nameOf(key))
      if (found === undefined || !isThere(found)) return undefined
      return structuredClone({ row: found.row, version: found.version })
    },
    async write(key, row, expected, expiresAt) {
      const found = stored.get(nameOf(key))
      const isFree = found === undefined || !isThere(found)
      if (expected === 0 ? !isFree : found?.version !== expected)
        throw new LedgerConflictError('the row was written in between')
      const version = expected === 0 ? now() : expected + 1
      stored.set(nameOf(key), structuredClone({ row, version, expiresAt }))
      return version
    },
  }
}

function nameOf({ workflow, event, pass }: RowKey): string {
  return JSON.stringify([workflow, event, pass])
}
