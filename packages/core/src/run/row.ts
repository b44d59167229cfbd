import type { Turn } from '../budget/index.ts'
import type { Lane } from '../lane.ts'
import type { About, Counts, EventRecord, Pass } from './event-record.ts'
import type { Receipt } from './receipt.ts'
import { callsOf, mayBeRepeated, type Step } from './step.ts'
import { type Expected, expectedBy, type PutOff, type Waited, waitedUntil } from './waited.ts'

/**
 * How calls of a step ended: `already` where what they end was gone before, `unknown` where the
 * attempt died or the answer was lost.
 */
export type Outcome = 'acknowledged' | 'already' | 'unknown' | `failed: ${string}`

/** What came of calls of one step in one attempt. */
export interface Try {
  /** 0: those of attempts that the row does not list any more. */
  readonly attempt: number
  readonly outcome: Outcome
  /** How many calls ended so; absent: one. */
  readonly calls?: number
}

/** A step as the ledger keeps it: what was meant, and what came of every try. No ids, only counts. */
export interface StepRecord {
  readonly key: string
  readonly op: string
  readonly by: string
  readonly ends: Step['ends']
  /** Absent: no. */
  readonly bestEffort?: true
  /**
   * Set where it may have ended something before anybody had looked at what it ends, or where nobody
   * has looked yet.
   */
  readonly blindly?: true
  /** Made one by one, each outcome written before the next call; absent: no. */
  readonly oneByOne?: true
  /** How many different calls were meant, over all attempts. */
  readonly calls: number
  /** How many of them the latest attempt means to make; 0 where its plan has no such step. */
  readonly planned: number
  readonly tries: readonly Try[]
}

/** One delivery's work on the event. An attempt without an end died, or still runs. */
export interface AttemptRecord {
  readonly number: number
  readonly startedAt: number
  readonly endedAt?: number
  /** An error code, or `closed`. */
  readonly outcome?: string
}

/** When Ory first failed something that may be passed over: in which attempt, and when. */
export interface Trouble {
  readonly attempt: number
  readonly since: number
  /** Where nobody was asked, as it was known to be down: until then it is not looked at. */
  readonly until?: number
}

/** A turn counts for the lane that was told it alone. */
export interface RowTurn extends Turn {
  readonly lane: Lane
}

/** What others have shown where Ory would not show its list. */
export interface PartlySeen {
  readonly counts: Counts
  /** By the names of their counts, what was not seen. */
  readonly unseen: readonly string[]
}

/** What was seen once the steps were made, in numbers and sentences. */
export interface Looked {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Counted before the steps of the attempt that looked; nothing where nothing was seen. */
  readonly before: Counts
  /** Absent where Ory's list could not be read. */
  readonly after?: Counts
  /** What was seen where Ory's list could not be read; absent otherwise, and in rows before 2026-12. */
  readonly partly?: PartlySeen
  readonly notes: readonly string[]
  /** When a follow-up is due, in milliseconds since the epoch, where the workflow says so. */
  readonly followUpDue?: number
}

/** Everything known of one event and pass. Times are milliseconds since the epoch. */
export interface WorkflowRow {
  readonly workflow: string
  readonly pass: Pass
  /** That of the latest delivery; rows before 2026-12 have none. */
  readonly lane?: Lane
  readonly event: EventRecord
  readonly about: About
  readonly openedAt: number
  readonly leaseUntil: number
  /** The attempt that holds the row, by a name that no other has; absent: nobody, or before 2026-12. */
  readonly holder?: string
  /** The latest attempts; their numbers go on. */
  readonly attempts: readonly AttemptRecord[]
  /** The very first observation, taken before anything was destroyed. */
  readonly before?: Counts
  /** Set where the first steps were meant with nothing seen: what is not there later may have been. */
  readonly blindly?: true
  /** By the names of their counts, what was seen all the same before those; rows before 2026-12 do not say it. */
  readonly seenBeside?: readonly string[]
  readonly steps: readonly StepRecord[]
  /** When the first calls for the event were intended, where a step has a time to be made in. */
  readonly begunAt?: number
  readonly trouble?: Trouble
  /** Likewise with what stands beside the plan: neither uses up the other's patience. */
  readonly troubleAside?: Trouble
  /** In how many attempts the list could not be read, and the last of them. */
  readonly failedLooks?: { readonly attempt: number; readonly count: number }
  /**
   * Where it had to wait for Ory's rate limit: when its turn is expected, one for each bucket, the
   * latest last.
   */
  readonly turns?: readonly RowTurn[]
  /** Until the attempt that runs, or that was last. */
  readonly waited?: Waited
  /** When it was expected to go on, at its turn or to try again, by what it waited for. */
  readonly expected?: Expected
  /** Set once everything but what comes last is done, and was looked at: it is not done again. */
  readonly looked?: Looked
  /** Set once the follow-up pass is on the queue. */
  readonly followUpNotBefore?: number
  readonly receipt?: Receipt
}

/** So many attempts are told one by one; it bounds the row of an event that waits for days. */
const attemptsKept = 20

/** The row of an event that nobody has worked on. */
export function newRow(
  opening: Pick<WorkflowRow, 'workflow' | 'pass' | 'event' | 'about' | 'openedAt'>,
): WorkflowRow {
  return { ...opening, leaseUntil: 0, attempts: [], steps: [] }
}

/** The number of the running attempt, or of the last one. */
export function attemptNumber({ attempts }: WorkflowRow): number {
  return attempts.at(-1)?.number ?? 0
}

/**
 * Takes the row over: what a dead attempt left without an answer becomes `unknown`.
 * @param putOff how the message waited that brings this attempt; absent: it was not put off
 */
export function beginAttempt(
  row: WorkflowRow,
  startedAt: number,
  leaseUntil: number,
  putOff?: PutOff,
): WorkflowRow {
  const waited = waitedUntil(startedAt, row.waited, row.attempts.at(-1), putOff)
  const expected = expectedBy(row.expected, putOff)
  const number = attemptNumber(row) + 1
  const attempts = [...row.attempts, { number, startedAt }].slice(-attemptsKept)
  const oldest = attempts[0]?.number ?? number
  return {
    ...row,
    ...(waited !== undefined && { waited }),
    ...(expected !== undefined && { expected }),
    leaseUntil,
    attempts,
    steps: stepsLeftBy(row).map((step) => ({
      ...step,
      planned: 0,
      tries: step.tries.reduce((tries, made) => added(tries, foldedBefore(oldest, made)), noTries),
    })),
  }
}

const noTries: readonly Try[] = []

function foldedBefore(oldest: number, made: Try): Try {
  return made.attempt < oldest ? { ...made, attempt: 0 } : made
}

/**
 * Every planned call without an outcome may have been made, up to and including the first that is
 * made one by one: its outcome would have been written before anything after it was begun.
 */
function stepsLeftBy(row: WorkflowRow): readonly StepRecord[] {
  const last = row.attempts.at(-1)
  if (last === undefined || last.endedAt !== undefined) return row.steps

  const open = (step: StepRecord) => step.planned - callsMade(step, last.number)
  const barrier = row.steps.findIndex((step) => step.oneByOne === true && open(step) > 0)
  return row.steps.map((step, index) =>
    open(step) <= 0 || (barrier !== -1 && index > barrier)
      ? step
      : withTry(step, tryOf(last.number, 'unknown', open(step))),
  )
}

/** Keeps the first observation and the intent, before the first destructive call. */
export function intend(row: WorkflowRow, before: Counts, plan: readonly Step[]): WorkflowRow {
  const meant = plan.filter((step) => callsOf(step).length > 0)
  const keys = new Set(meant.map(({ key }) => key))
  return {
    ...row,
    before: { ...(isLate(row) ? thoseThere(before) : before), ...row.before },
    steps: [
      ...row.steps.filter(({ key }) => !keys.has(key)),
      ...meant.map((step) => recordOf(step, row)),
    ],
  }
}

/** Whether what is counted for the first time now may have been ended by what was done blindly. */
function isLate({ blindly, steps }: WorkflowRow): boolean {
  return blindly === true || steps.some((step) => step.blindly === true && mayHaveEnded(step))
}

/** Where all that an answer said is that nothing was there, nothing has ended. */
function mayHaveEnded({ tries }: Pick<StepRecord, 'tries'>): boolean {
  return tries.some(({ outcome }) => outcome === 'acknowledged' || outcome === 'unknown')
}

/** That nothing is there after what was done blindly does not say that nothing was. */
function thoseThere(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
}

/**
 * The same where Ory could not show its list.
 * @param before what others have shown; a step that ends nothing else says itself that it is not blind
 */
export function intendBlindly(
  row: WorkflowRow,
  before: Counts,
  plan: readonly Step[],
): WorkflowRow {
  const isFirst = row.steps.length === 0
  const unseen = plan.map((step) => ({ ...step, blindly: step.blindly ?? true }))
  const seenBeside = Object.keys(before)
  return { ...intend(row, before, unseen), ...(isFirst && { blindly: true, seenBeside }) }
}

/**
 * Keeps the intent of one more part of what is done bit by bit: what was there before adds up with it,
 * over all steps that end the same.
 */
export function intendPart(row: WorkflowRow, plan: readonly Step[]): WorkflowRow {
  const intended = intend(row, {}, plan)
  const meant = (name: string) =>
    intended.steps
      .filter(({ ends }) => countsIn(ends).includes(name))
      .reduce((sum, { calls }) => sum + calls, 0)
  const seen = plan.flatMap(({ ends }) =>
    countsIn(ends).map((name) => [name, meant(name)] as const),
  )
  return { ...intended, before: { ...intended.before, ...Object.fromEntries(seen) } }
}

/** The counts that show what ends. */
function countsIn(ends: Step['ends']): readonly string[] {
  return ends.flatMap(({ evidence }) => (typeof evidence === 'string' ? [] : [evidence.seenIn]))
}

/** Keeps when the first calls were intended, where a step goes by it. */
export function begun(row: WorkflowRow, plan: readonly Step[], now: number): WorkflowRow {
  const isAsked = plan.some(({ withinMs }) => withinMs !== undefined)
  return isAsked && row.begunAt === undefined ? { ...row, begunAt: now } : row
}

function recordOf(step: Step, row: WorkflowRow): StepRecord {
  const earlier = row.steps.find(({ key }) => key === step.key)
  const calls = callsOf(step)
  const tries = earlier?.tries ?? []
  const running = attemptNumber(row)
  const before = tries.filter(({ attempt }) => attempt !== running)
  const accepted = callsIn(before.filter(isAccepted))
  // What the attempt has planned of it already; a part that is planned anew has ended in some way.
  const planned = callsIn(tries) - callsIn(before) + calls.length
  return {
    key: step.key,
    op: calls[0]?.op ?? '',
    by: step.by,
    ends: step.ends,
    ...(step.bestEffort === true ? { bestEffort: true } : {}),
    ...(isBlind(step, earlier) ? { blindly: true } : {}),
    ...(calls.every(mayBeRepeated) ? {} : { oneByOne: true }),
    // What a group has done is not planned again; other calls are the same ones every time.
    calls: Math.max(earlier?.calls ?? 0, (isEveryAttempts(step) ? 0 : accepted) + planned),
    planned,
    tries,
  }
}

/**
 * A step is not blind any more once somebody looked in time, and stays
 * blind once it may have ended something unseen.
 */
function isBlind({ blindly = false }: Step, earlier: StepRecord | undefined): boolean {
  if (earlier === undefined) return blindly
  return earlier.blindly === true && (blindly || mayHaveEnded(earlier))
}

function isEveryAttempts(step: Step): boolean {
  return 'call' in step || step.everyAttempt === true
}

/** Records how one call of a step of the running attempt ended. */
export function settle(row: WorkflowRow, key: string, outcome: Outcome): WorkflowRow {
  const made = tryOf(attemptNumber(row), outcome, 1)
  return {
    ...row,
    steps: row.steps.map((step) => (step.key === key ? withTry(step, made) : step)),
  }
}

/** Remembers the first time that Ory failed what may be passed over. */
export function troubled(
  row: WorkflowRow,
  since: number,
  kind: 'trouble' | 'troubleAside' = 'trouble',
  until?: number,
): WorkflowRow {
  if (row[kind] !== undefined) return row
  const attempt = attemptNumber(row)
  return { ...row, [kind]: { attempt, since, ...(until !== undefined && { until }) } }
}

/** Keeps when the event's turn is expected in a bucket, beside its turns in others. */
export function toldTurn(row: WorkflowRow, turn: RowTurn): WorkflowRow {
  const others = row.turns?.filter(({ bucket }) => bucket !== turn.bucket) ?? []
  return { ...row, turns: [...others, turn] }
}

/** Counts an attempt in which the list could not be read, however often it was asked for. */
export function failedToLook(row: WorkflowRow): WorkflowRow {
  const attempt = attemptNumber(row)
  const { failedLooks } = row
  if (failedLooks?.attempt === attempt) return row
  return { ...row, failedLooks: { attempt, count: (failedLooks?.count ?? 0) + 1 } }
}

/** Ends the running attempt and gives up its lease. */
export function endAttempt(row: WorkflowRow, endedAt: number, outcome: string): WorkflowRow {
  const { holder: _nobody, ...rest } = row
  const ended = row.attempts.map((attempt) =>
    attempt.number === attemptNumber(row) ? { ...attempt, endedAt, outcome } : attempt,
  )
  return { ...rest, leaseUntil: 0, attempts: ended }
}

/** Seals the row: nothing is written after this. */
export function close(row: WorkflowRow, receipt: Receipt): WorkflowRow {
  const { looked: _inTheReceipt, ...rest } = row
  return { ...rest, steps: [], receipt }
}

/** Whether a try was accepted; what was gone already is as good as accepted. */
export function isAccepted({ outcome }: Try): boolean {
  return outcome === 'acknowledged' || outcome === 'already'
}

/** How many calls ended in one of these ways. */
export function callsIn(tries: readonly Try[]): number {
  return tries.reduce((sum, { calls = 1 }) => sum + calls, 0)
}

/** How many calls of a step have been accepted; never more than were meant. */
export function acceptedCalls({ calls, tries }: StepRecord): number {
  return Math.min(calls, callsIn(tries.filter(isAccepted)))
}

function callsMade({ tries }: StepRecord, attempt: number): number {
  return callsIn(tries.filter((made) => made.attempt === attempt))
}

function withTry(step: StepRecord, made: Try): StepRecord {
  return { ...step, tries: added(step.tries, made) }
}

/** Calls that ended alike in one attempt are counted together. */
function added(tries: readonly Try[], made: Try): readonly Try[] {
  const alike = ({ attempt, outcome }: Try) => attempt === made.attempt && outcome === made.outcome
  const same = tries.find(alike)
  if (same === undefined) return [...tries, made]

  const both = tryOf(made.attempt, made.outcome, callsIn([same, made]))
  return tries.map((one) => (one === same ? both : one))
}

function tryOf(attempt: number, outcome: Outcome, calls: number): Try {
  return { attempt, outcome, ...(calls === 1 ? {} : { calls }) }
}
