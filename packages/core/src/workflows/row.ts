import type { Receipt } from './receipt.ts'
import type { Step } from './step.ts'

/** Counts by name; what an observation leaves in the ledger. */
export type Counts = Readonly<Record<string, number>>

/** `first`, at once, and `follow-up`, when every login that was in flight has ended. */
export type Pass = 'first' | 'follow-up'

/**
 * How one try of a step ended: `already` where what it ends was gone before, `unknown` where the
 * attempt died or the answer was lost.
 */
export type Outcome = 'acknowledged' | 'already' | 'unknown' | `failed: ${string}`

export interface Try {
  readonly attempt: number
  readonly outcome: Outcome
}

/** A step as the ledger keeps it: what was meant, and what came of every try. */
export interface StepRecord {
  readonly key: string
  readonly op: string
  readonly by: string
  readonly ends: Step['ends']
  readonly bestEffort: boolean
  readonly target?: string
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

/** The event as ledger, receipts and logs may know it. */
export interface EventRecord {
  readonly key: string
  readonly type: string
  readonly id: string
  readonly source: string
  readonly time: string
}

/** Whom or what an event is about, as ledger, receipts and logs may know it. */
export interface About {
  /** A pseudonym; see `subjectPseudonym`. */
  readonly subject?: string
  readonly client_id?: string
  readonly owner?: string
  readonly issuer?: string
}

/** Everything known of one event and pass. Times are milliseconds since the epoch. */
export interface WorkflowRow {
  readonly workflow: string
  readonly pass: Pass
  readonly event: EventRecord
  readonly about: About
  readonly openedAt: number
  readonly leaseUntil: number
  readonly attempts: readonly AttemptRecord[]
  /** The very first observation, taken before anything was destroyed. */
  readonly before?: Counts
  readonly steps: readonly StepRecord[]
  /** How many of `steps`, counted from the end, the latest attempt plans to do, in order. */
  readonly planned: number
  /** Set once the follow-up pass is on the queue. */
  readonly followUpNotBefore?: number
  readonly receipt?: Receipt
}

/** The row of an event that nobody has worked on. */
export function newRow(
  opening: Pick<WorkflowRow, 'workflow' | 'pass' | 'event' | 'about' | 'openedAt'>,
): WorkflowRow {
  return { ...opening, leaseUntil: 0, attempts: [], steps: [], planned: 0 }
}

/** Takes the row over: what a dead attempt left without an answer becomes `unknown`. */
export function beginAttempt(row: WorkflowRow, startedAt: number, leaseUntil: number): WorkflowRow {
  const number = row.attempts.length + 1
  return {
    ...row,
    steps: stepsLeftBy(row),
    planned: 0,
    leaseUntil,
    attempts: [...row.attempts, { number, startedAt }],
  }
}

/** Steps run in order, so only the first planned one without an outcome can have been under way. */
function stepsLeftBy(row: WorkflowRow): readonly StepRecord[] {
  const last = row.attempts.at(-1)
  if (last === undefined || last.endedAt !== undefined) return row.steps

  const firstPlanned = row.steps.length - row.planned
  const open = row.steps.findIndex(
    (step, index) => index >= firstPlanned && !step.tries.some((t) => t.attempt === last.number),
  )
  return row.steps.map((step, index) =>
    index === open ? withTry(step, { attempt: last.number, outcome: 'unknown' }) : step,
  )
}

/** Keeps the first observation and the intent, before the first destructive call. */
export function intend(row: WorkflowRow, before: Counts, plan: readonly Step[]): WorkflowRow {
  const planned = plan.map((step) => recordOf(step, row.steps))
  const keys = new Set(plan.map((step) => step.key))
  const others = row.steps.filter((step) => !keys.has(step.key))
  return {
    ...row,
    before: row.before ?? before,
    steps: [...others, ...planned],
    planned: planned.length,
  }
}

function recordOf(step: Step, known: readonly StepRecord[]): StepRecord {
  return {
    key: step.key,
    op: step.call.op,
    by: step.by,
    ends: step.ends,
    bestEffort: step.bestEffort ?? false,
    ...(step.target === undefined ? {} : { target: step.target }),
    tries: known.find(({ key }) => key === step.key)?.tries ?? [],
  }
}

/** Records how a step of the running attempt ended. */
export function settle(row: WorkflowRow, key: string, outcome: Outcome): WorkflowRow {
  const attempt = row.attempts.length
  return {
    ...row,
    steps: row.steps.map((step) => (step.key === key ? withTry(step, { attempt, outcome }) : step)),
  }
}

/** Ends the running attempt and gives up its lease. */
export function endAttempt(row: WorkflowRow, endedAt: number, outcome: string): WorkflowRow {
  const ended = row.attempts.map((attempt) =>
    attempt.number === row.attempts.length ? { ...attempt, endedAt, outcome } : attempt,
  )
  return { ...row, leaseUntil: 0, attempts: ended }
}

/** Seals the row: ids to plan from are no longer needed, and nothing is written after this. */
export function close(row: WorkflowRow, receipt: Receipt): WorkflowRow {
  return { ...row, steps: [], planned: 0, receipt }
}

/** The steps of the latest plan. What an earlier one held and this one does not was found done. */
export function latestPlan(row: WorkflowRow): readonly StepRecord[] {
  return row.steps.slice(row.steps.length - row.planned)
}

/** Whether a step has been done, as far as anybody can tell. */
export function isSettled(step: StepRecord): boolean {
  return step.tries.some(
    (made) => isAccepted(made) || (step.bestEffort && made.outcome.startsWith('failed:')),
  )
}

/** Whether a try was accepted; what was gone already is as good as accepted. */
export function isAccepted({ outcome }: Try): boolean {
  return outcome === 'acknowledged' || outcome === 'already'
}

function withTry(step: StepRecord, outcome: Try): StepRecord {
  return { ...step, tries: [...step.tries, outcome] }
}
