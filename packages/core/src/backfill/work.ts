import type { Clock } from '../ports/index.ts'
import { type BackfillEvent, eventOf, type Mapping } from './event.ts'
import type { HeldRow, RowServices } from './held-row.ts'
import type { Bounds, Standing } from './next-step.ts'
import {
  type LineReceipt,
  mostLookedAt,
  type OpenEvents,
  openEvents,
  type Receipts,
} from './open-events.ts'
import type { Progress } from './progress.ts'

/** A line with a subject in it. */
export interface SubjectLine {
  readonly line: number
  readonly subject: string
}

/** A file of subjects, as it is worked through. */
export interface BackfillFile {
  /** Those lines that hold one, from the beginning; the same every time. */
  readonly subjects: () => AsyncIterable<SubjectLine>
  /** How many of them are to be sent, in all. */
  readonly total: number
}

/** What a backfill needs of the outside. */
export interface BackfillServices extends RowServices, Receipts {
  /** Puts events on the queue, at most 10; returns only when the queue has all of them. */
  readonly send: (bodies: readonly string[]) => Promise<void>
  readonly clock: Clock
  /** Ends early where the run is asked to. */
  readonly pause: (milliseconds: number) => Promise<void>
}

/** Who is told, and asked. */
export interface Onlookers {
  /**
   * Looks at the receipts of the first events, and at lines that have none; `left` events have not
   * been sent.
   * @throws whatever ends the run, which can go on from here later
   */
  readonly approve: (
    receipts: readonly LineReceipt[],
    without: readonly number[],
    left: number,
  ) => Promise<void>
  /** At most once a second. */
  readonly tell: (progress: Progress) => void
}

/** How a backfill is done. */
export interface BackfillTerms extends Mapping, Bounds {
  /** Its names in the ledger. */
  readonly names: readonly [string, ...string[]]
  readonly signal?: AbortSignal
}

/** What a backfill is made of. */
export interface Given {
  readonly file: BackfillFile
  readonly terms: BackfillTerms
  readonly services: BackfillServices
  readonly onlookers: Onlookers
  readonly held: HeldRow
}

/** A backfill under way. */
export interface Work extends Given {
  readonly ahead: Ahead
  readonly open: OpenEvents
  /** Receipts of the first events, by line; kept until somebody has looked at them. */
  seen: readonly LineReceipt[]
  /** Every line up to this one is on the queue, or was passed over. */
  line: number
  sent: number
  /** Events with a receipt. */
  done: number
  approved: number
  /** When the last event was sent, or the last receipt came. */
  movedAt: number
}

/** The lines that come next. */
interface Ahead {
  readonly lines: AsyncIterator<SubjectLine>
  /** The first of them, where it was read already. */
  first: SubjectLine | undefined
}

/** How many lines are passed by before their receipts are looked at. */
const together = 500

/** Finds in the file where it was left, and which of the events before that have no receipt yet. */
export async function resume(given: Given): Promise<Work> {
  const { file, services, held } = given
  const lines = file.subjects()[Symbol.asyncIterator]()
  const work: Work = {
    ...given,
    ahead: { lines, first: undefined },
    open: openEvents(services),
    seen: [],
    line: held.row.line,
    sent: 0,
    done: 0,
    approved: held.row.approved,
    movedAt: services.clock.now(),
  }
  for (;;) {
    const { value, done } = await lines.next()
    if (done || value.line > held.row.line) {
      work.ahead.first = value
      break
    }
    passBy(work, value)
    if (work.sent % together === 0) await lookAtAll(work)
  }
  await lookAtAll(work)
  return work
}

function passBy(work: Work, line: SubjectLine): void {
  work.sent += 1
  const isTrial = !isApproved(work) && work.sent <= work.terms.trial
  if (isTrial || line.line >= work.held.row.firstOpen)
    work.open.add(line.line, eventIn(work, line).event)
  else work.done += 1
}

/** The next lines, as events. @throws Error where the file has fewer than were counted */
export async function take(work: Work, count: number): Promise<readonly BackfillEvent[]> {
  const events: BackfillEvent[] = []
  while (events.length < count) {
    const line = work.ahead.first ?? (await work.ahead.lines.next()).value
    work.ahead.first = undefined
    if (line === undefined) throw new Error('the file ends before its last line')
    events.push(eventIn(work, line))
  }
  return events
}

function eventIn({ held, terms }: Work, { line, subject }: SubjectLine): BackfillEvent {
  return eventOf(held.row, line, subject, terms)
}

/** Looks at some of the events without a receipt. @returns how many have one now */
export async function lookForReceipts(work: Work): Promise<number> {
  const found = await work.open.look()
  work.done += found.length
  if (!isApproved(work)) work.seen = byLine([...work.seen, ...found]).slice(0, work.terms.trial)
  return found.length
}

async function lookAtAll(work: Work): Promise<void> {
  const looks = Math.ceil(work.open.size / mostLookedAt)
  for (let look = 0; look < looks; look += 1) await lookForReceipts(work)
}

function byLine(receipts: readonly LineReceipt[]): readonly LineReceipt[] {
  return receipts.toSorted((one, other) => one.line - other.line)
}

function isApproved({ approved, file }: Work): boolean {
  return approved >= file.total
}

/** What decides the next step. */
export function standingOf(work: Work): Standing {
  const { file, approved, sent, open, movedAt, services } = work
  const waitedMs = services.clock.now() - movedAt
  return { total: file.total, approved, sent, open: open.size, waitedMs }
}

/** What the ledger has to know to go on from here. */
export function placeOf({ approved, line, sent, open }: Work) {
  return { approved, line, sent, firstOpen: open.lines.reduce((a, b) => Math.min(a, b), line + 1) }
}
