import type { FollowUp, FollowUps } from '@lapse/core/ports'
import { retireKind } from '@lapse/core/rotation'
import { expectedPass, passGraceMs } from '@lapse/core/run'
import { retireKeysKind, suspended } from '@lapse/core/workflows'
import type { FollowUpStatus } from './status.ts'

/** Every kind there is, as a person calls it. */
export const kinds: Readonly<Record<string, string>> = {
  [expectedPass]: 'second passes awaited',
  [retireKeysKind]: "issuers' keys to retire",
  [retireKind]: 'secrets to retire',
  [suspended]: 'clients suspended',
}

/** Beyond, they are not counted one by one: each is read for it. */
const most = 1000

/** What is open of every kind; kinds of which nothing is are left out. */
export async function readFollowUps(
  followUps: FollowUps,
  now: number,
): Promise<readonly FollowUpStatus[]> {
  const read = Object.keys(kinds).map(async (kind) =>
    summed(kind, await first(followUps, kind), now),
  )
  return (await Promise.all(read)).filter(({ open }) => open > 0)
}

async function first(followUps: FollowUps, kind: string): Promise<readonly FollowUp[]> {
  const all: FollowUp[] = []
  for await (const followUp of followUps.open(kind)) {
    all.push(followUp)
    if (all.length > most) break
  }
  return all
}

function summed(kind: string, all: readonly FollowUp[], now: number): FollowUpStatus {
  const counted = all.slice(0, most)
  // Who watches over something never falls due.
  const dues = counted.filter(({ about }) => about === undefined).map(({ dueAt }) => dueAt)
  // The sweep's watch over a pass falls due once the pass is late.
  const next = Math.min(...dues) - (kind === expectedPass ? passGraceMs : 0)
  const notDue =
    kind === expectedPass ? counted.filter(({ dueAt }) => dueAt - passGraceMs > now) : []
  return {
    kind,
    open: counted.length,
    more: all.length > most,
    overdue: dues.filter((dueAt) => dueAt <= now).length,
    not_due: notDue.length,
    not_due_incidents: notDue.filter(({ data }) => data['lane'] === 'incident').length,
    next_due_at: Number.isFinite(next) ? new Date(next).toISOString() : null,
  }
}
