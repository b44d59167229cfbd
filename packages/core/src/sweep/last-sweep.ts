import type { Ledger, RowKey, Stored } from '../ports/index.ts'

/** What the last sweep came to, for people who ask: counts, and nothing of whom they are about. */
export interface SweepRow {
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly endedAt: number
  readonly executed: number
  readonly failed: number
  /** By inspection, where there are any; at least as many, where not all was looked at. */
  readonly findings: Readonly<Record<string, number>>
}

/** Where it stands: one row, which each sweep replaces. */
const key: RowKey = { workflow: 'sweep', event: 'last', pass: 'report' }

export async function readLastSweep(
  ledger: Ledger<SweepRow>,
): Promise<Stored<SweepRow> | undefined> {
  return ledger.read(key)
}

/** Replaces it. Of two sweeps that end at the same time the first stays, which does as well. */
export async function keepLastSweep(ledger: Ledger<SweepRow>, row: SweepRow): Promise<void> {
  const stored = await ledger.read(key)
  await ledger.write(key, row, stored?.version ?? 0, undefined)
}

/** What of a report is counted. */
interface Countable {
  readonly executed: readonly unknown[]
  readonly failed: readonly unknown[]
  readonly findings: Readonly<Record<string, readonly unknown[]>>
  readonly partly?: Readonly<Record<string, { readonly findings: readonly unknown[] }>>
}

/** What is kept of a report. */
export function sweepRow(
  { executed, failed, findings, partly = {} }: Countable,
  times: Pick<SweepRow, 'startedAt' | 'endedAt'>,
): SweepRow {
  const found = Object.entries({
    ...findings,
    ...Object.fromEntries(Object.entries(partly).map(([name, look]) => [name, look.findings])),
  }).filter(([, all]) => all.length > 0)
  return {
    ...times,
    executed: executed.length,
    failed: failed.length,
    findings: Object.fromEntries(found.map(([name, all]) => [name, all.length])),
  }
}
