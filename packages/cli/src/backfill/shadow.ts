import { setTimeout as pause } from 'node:timers/promises'
import type { SubjectLine } from '@lapse/core/backfill'
import { inLanes } from '@lapse/core/concurrency'
import { OryApiError } from '@lapse/core/errors'
import type { DryRun } from '@lapse/core/run'

/** What planning every user of a file has shown. */
export interface ShadowCounts {
  planned: number
  /** Users of whom something that ends is listed. */
  found: number
  /** What was seen, by the names that a plan has for it. */
  readonly before: Record<string, number>
  /** Of how many users something was not looked at, by the sentence of their plans. */
  readonly notLookedAt: Record<string, number>
  /** Calls that a worker would make, in its first pass. */
  calls: number
  /** Users whose event has its receipt already. */
  doneBefore: number
  /** Users whose event would be dead-lettered, by the reason. */
  readonly refused: Record<string, number>
}

/** How a user is planned, and what is told of it. */
export interface ShadowTerms {
  readonly total: number
  readonly plan: (line: SubjectLine) => Promise<DryRun>
  readonly tell: (counts: ShadowCounts) => void
  readonly signal: AbortSignal
}

/** Ory's reads have a limit as well; four at a time stay below all but the smallest. */
const together = 4

/** Plans each user of a file, and adds up what it would come to. Nothing is sent or written. */
export async function shadow(
  subjects: AsyncIterable<SubjectLine>,
  terms: ShadowTerms,
): Promise<ShadowCounts> {
  const counts: ShadowCounts = {
    planned: 0,
    found: 0,
    before: { consent_sessions: 0, login_sessions: 0 },
    notLookedAt: {},
    calls: 0,
    doneBefore: 0,
    refused: {},
  }
  await inLanes(together, firstOf(subjects, terms), async (line) => {
    add(counts, await patiently(() => terms.plan(line), terms.signal))
    terms.tell(counts)
  })
  return counts
}

async function* firstOf(subjects: AsyncIterable<SubjectLine>, { total, signal }: ShadowTerms) {
  const lines = subjects[Symbol.asyncIterator]()
  for (let taken = 0; taken < total; taken += 1) {
    signal.throwIfAborted()
    const { value, done } = await lines.next()
    if (done) return
    yield value
  }
}

/** What ends with a user, by the names of what is counted; a login session shows with its consents. */
const ending = ['consent_sessions', 'identity_sessions', 'issued_api_keys', 'imported_api_keys']

function add(counts: ShadowCounts, { before, steps, verdict, not_looked_at }: DryRun): void {
  counts.planned += 1
  for (const [name, count] of Object.entries(before)) more(counts.before, name, count)
  for (const gap of not_looked_at) more(counts.notLookedAt, gap, 1)
  counts.found += ending.some((name) => (before[name] ?? 0) > 0) ? 1 : 0
  counts.calls += steps.length
  counts.doneBefore += verdict.result === 'done-before' ? 1 : 0
  if ('reason' in verdict) more(counts.refused, verdict.reason, 1)
}

function more(sums: Record<string, number>, name: string, count: number): void {
  sums[name] = (sums[name] ?? 0) + count
}

const usualWaitMs = 5000

/** Waits as long as Ory says where its limit is reached. */
async function patiently<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;)
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof OryApiError) || error.status !== 429) throw error
      await pause(error.retryAfterMs ?? usualWaitMs, undefined, { signal }).catch(() => {
        throw signal.reason
      })
    }
}
