import {
  type About,
  type Counts,
  type EventRecord,
  isAccepted,
  latestPlan,
  type Pass,
  type StepRecord,
  type WorkflowRow,
} from './row.ts'
import type { Evidence } from './step.ts'

/**
 * What may be said of the calls of one kind. `observed`: seen before, and seen gone afterwards;
 * only this is proven. `acknowledged`: accepted, with nothing to look at. `requested`: somebody
 * else was asked to act, or an answer got lost and nobody looked afterwards. `refused`: Ory would
 * not, and the plan went on without it. `found-done`: no answer said so, but a later look found
 * nothing left to do.
 */
export type Status = 'observed' | 'acknowledged' | 'requested' | 'refused' | 'found-done'

/** One thing that calls ended, and how far that is proven. */
export interface Ended {
  readonly what: string
  readonly status: Status
  /** Present where the status is `observed`. */
  readonly seen?: { readonly before: number; readonly after: number }
}

/** The calls of one kind, over all attempts. */
export interface ReceiptStep {
  readonly op: string
  /** Which parameter chose what the calls acted on. */
  readonly by: string
  /** The status of what the calls are made for first; the rest is in `ends`. */
  readonly status: Status
  readonly ends: readonly Ended[]
  /** How many different calls were meant. */
  readonly calls: number
  /** Every outcome of every attempt, a crashed one's too. */
  readonly attempts: readonly {
    readonly attempt: number
    readonly outcomes: Readonly<Record<string, number>>
  }[]
}

/** Something that these calls do not end. `until` is RFC 3339, or `null`: until somebody ends it. */
export interface MayStillWork {
  readonly what: string
  readonly until: string | null
  readonly why: string
  readonly count?: number
}

/**
 * `superseded`: a later event about the same thing had been worked off, so nothing more was done
 * and nothing looked at; `steps` are those that earlier attempts had made by then.
 */
export type Result = 'done' | 'superseded'

/** What was seen and done for one event in one pass. Immutable once written. */
export interface Receipt extends About {
  readonly workflow: string
  readonly pass: Pass
  readonly event: EventRecord
  readonly result: Result
  readonly opened_at: string
  readonly closed_at: string
  readonly attempts: readonly {
    readonly number: number
    readonly started_at: string
    readonly ended_at: string | null
    /** `closed`, an error code, or `died`. */
    readonly outcome: string
  }[]
  readonly before: Counts
  readonly after: Counts
  readonly steps: readonly ReceiptStep[]
  readonly may_still_work: readonly MayStillWork[]
  /** What this receipt takes for granted and nobody here has checked. */
  readonly preconditions: readonly string[]
  /** What a person should know besides. */
  readonly notes: readonly string[]
  /** When the follow-up pass is due, RFC 3339; `null` where none follows. */
  readonly follow_up_not_before: string | null
}

/** What the ledger's row does not know by itself. */
export interface Closing {
  readonly result?: Result
  readonly closedAt: number
  readonly after: Counts
  readonly mayStillWork: readonly MayStillWork[]
  readonly preconditions: readonly string[]
  readonly notes: readonly string[]
  readonly followUpNotBefore: number | undefined
}

/** Folds the receipt from the row: from all attempts, not from the last one alone. */
export function foldReceipt(row: WorkflowRow, closing: Closing): Receipt {
  const before = row.before ?? {}
  return {
    workflow: row.workflow,
    pass: row.pass,
    event: row.event,
    ...row.about,
    result: closing.result ?? 'done',
    opened_at: isoTime(row.openedAt),
    closed_at: isoTime(closing.closedAt),
    attempts: row.attempts.map(({ number, startedAt, endedAt, outcome }) => ({
      number,
      started_at: isoTime(startedAt),
      ended_at: endedAt === undefined ? null : isoTime(endedAt),
      outcome: outcome ?? 'died',
    })),
    before,
    after: closing.after,
    steps: kindsOf(toldSteps(row, closing)).map((steps) => foldSteps(steps, row, closing)),
    may_still_work: closing.mayStillWork,
    preconditions: closing.preconditions,
    notes: closing.notes,
    follow_up_not_before:
      closing.followUpNotBefore === undefined ? null : isoTime(closing.followUpNotBefore),
  }
}

/** Calls of one operation by one parameter are told together; the order of the kinds is kept. */
function kindsOf(steps: readonly StepRecord[]): readonly (readonly StepRecord[])[] {
  return [...Map.groupBy(steps, ({ op, by }) => `${op} ${by}`).values()]
}

/** Where nobody looked afterwards, a call that was only meant has no status at all. */
function toldSteps({ steps }: WorkflowRow, { result }: Closing): readonly StepRecord[] {
  return result === 'superseded' ? steps.filter(({ tries }) => tries.length > 0) : steps
}

function foldSteps(
  steps: readonly StepRecord[],
  row: WorkflowRow,
  { after, result }: Closing,
): ReceiptStep {
  const [first] = steps as readonly [StepRecord, ...StepRecord[]]
  const unanswered =
    result === 'superseded' ? statusWithoutLook(steps) : statusWithoutAnswer(steps, row)
  const ends = first.ends.map(({ what, evidence }) => ({
    what,
    ...(unanswered === undefined
      ? judge(evidence, row.before ?? {}, after)
      : { status: unanswered }),
  }))
  return {
    op: first.op,
    by: first.by,
    status: ends[0]?.status ?? 'acknowledged',
    ends,
    calls: steps.length,
    attempts: foldTries(steps),
  }
}

/** `undefined` where at least one call was accepted. */
function statusWithoutAnswer(
  steps: readonly StepRecord[],
  row: WorkflowRow,
): 'refused' | 'found-done' | undefined {
  if (steps.some((step) => step.tries.some(isAccepted))) return undefined

  const planned = latestPlan(row)
  return steps.some((step) => planned.includes(step)) ? 'refused' : 'found-done'
}

/** `undefined` where at least one call was accepted. */
function statusWithoutLook(steps: readonly StepRecord[]): 'refused' | 'requested' | undefined {
  const tries = steps.flatMap((step) => step.tries)
  if (tries.some(isAccepted)) return undefined
  return tries.some(({ outcome }) => outcome === 'unknown') ? 'requested' : 'refused'
}

/** Gone is only what was there, and only where somebody looked again. */
function judge(evidence: Evidence<string>, before: Counts, after: Counts): Omit<Ended, 'what'> {
  if (typeof evidence === 'string') return { status: evidence }

  const seen = { before: before[evidence.seenIn] ?? 0, after: after[evidence.seenIn] }
  return seen.before > 0 && seen.after === 0
    ? { status: 'observed', seen: { ...seen, after: 0 } }
    : { status: 'acknowledged' }
}

function foldTries(steps: readonly StepRecord[]): ReceiptStep['attempts'] {
  const tries = steps.flatMap((step) => step.tries)
  const byAttempt = [...Map.groupBy(tries, ({ attempt }) => attempt)].sort(([a], [b]) => a - b)
  return byAttempt.map(([attempt, ofAttempt]) => ({
    attempt,
    outcomes: Object.fromEntries(
      [...Map.groupBy(ofAttempt, ({ outcome }) => outcome)].map(([name, same]) => [
        name,
        same.length,
      ]),
    ),
  }))
}

export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
