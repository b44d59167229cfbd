import { holdRow } from './held-row.ts'
import { nextStep } from './next-step.ts'
import { progressOf } from './progress.ts'
import type { BackfillRow } from './row.ts'
import {
  type BackfillFile,
  type BackfillServices,
  type BackfillTerms,
  lookForReceipts,
  type Onlookers,
  placeOf,
  resume,
  standingOf,
  take,
  type Work,
} from './work.ts'

/** How it ended. */
export type Ended =
  /** `sent`: all that was to be; `stalled`: no receipt came for a long time. Lines `without` one. */
  | {
      readonly result: 'sent' | 'stalled'
      readonly sent: number
      readonly without: readonly number[]
    }
  /** Somebody else works through the file. */
  | { readonly result: 'held'; readonly heldBy: BackfillRow }

/**
 * Puts an event for every line of a file on the queue, so many at a time, from where it was left.
 *
 * An event goes before the ledger knows that it went: who dies in between sends it once more, and it
 * is the same event. What ends the run (a signal, an error) leaves the file free for the next one.
 *
 * @throws LedgerConflictError where somebody else has taken it over meanwhile
 */
export async function runBackfill(
  file: BackfillFile,
  terms: BackfillTerms,
  services: BackfillServices,
  onlookers: Onlookers,
): Promise<Ended> {
  const held = await holdRow(terms.names, services)
  if ('heldBy' in held) return { result: 'held', heldBy: held.heldBy }
  try {
    return await goOn(await resume({ file, terms, services, onlookers, held }))
  } finally {
    // Where this fails the file is free in a minute.
    await held.release().catch(() => undefined)
  }
}

const steps = { send, approve, 'await-receipts': awaitReceipts } as const

async function goOn(work: Work): Promise<Ended> {
  const teller = newTeller(work)
  for (;;) {
    await work.held.advance(placeOf(work))
    work.terms.signal?.throwIfAborted()
    const step = nextStep(standingOf(work), work.terms)
    if (step.does === 'end' || step.does === 'stall') return endOf(work, step.does)

    await steps[step.does](work, 'atMost' in step ? step.atMost : 0)
    teller(step.does === 'approve')
  }
}

function endOf(work: Work, does: 'end' | 'stall'): Ended {
  const result = does === 'end' ? 'sent' : 'stalled'
  return { result, sent: work.sent, without: linesWithout(work) }
}

/** Lines without a receipt, in their order. */
function linesWithout({ open }: Work): readonly number[] {
  return open.lines.toSorted((one, other) => one - other)
}

async function send(work: Work, atMost: number): Promise<void> {
  const events = await take(work, atMost)
  await work.services.send(events.map(({ body }) => body))
  for (const { line, event } of events) work.open.add(line, event)
  work.sent += events.length
  work.line = events.at(-1)?.line ?? work.line
  work.movedAt = work.services.clock.now()
}

const shortestPauseMs = 500
const longestPauseMs = 5000

/** The longer nothing has come, the less often anybody looks. */
async function awaitReceipts(work: Work): Promise<void> {
  const { clock, pause } = work.services
  if ((await lookForReceipts(work)) > 0) work.movedAt = clock.now()
  else
    await pause(
      Math.min(longestPauseMs, Math.max(shortestPauseMs, (clock.now() - work.movedAt) / 4)),
    )
}

/** What was approved of is in the ledger before anything more is sent: nobody is asked twice. */
async function approve(work: Work): Promise<void> {
  await work.held.settle(placeOf(work))
  await work.onlookers.approve(work.seen, linesWithout(work), work.file.total - work.sent)
  work.approved = work.file.total
  work.seen = []
  await work.held.settle(placeOf(work))
  work.movedAt = work.services.clock.now()
}

const tellEveryMs = 1000

/** Tells how far it is, at most once a second. A rate begins anew where somebody had to be asked. */
function newTeller(work: Work): (isAnew: boolean) => void {
  const { file, onlookers, services } = work
  const here = () => ({ done: work.done, at: services.clock.now() })
  const state = { since: here(), toldAt: 0 }
  return (isAnew) => {
    const now = services.clock.now()
    if (isAnew) state.since = here()
    if (now - state.toldAt < tellEveryMs) return
    state.toldAt = now
    onlookers.tell(
      progressOf({ total: file.total, sent: work.sent, done: work.done }, state.since, now),
    )
  }
}
