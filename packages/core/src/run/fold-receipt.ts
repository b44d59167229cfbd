import { ordinaryLane } from '../lane.ts'
import type { Counts } from './event-record.ts'
import { isoTime } from './iso-time.ts'
import type {
  Ended,
  MayStillWork,
  Receipt,
  ReceiptStep,
  Result,
  SupersededBy,
  WaitedInReceipt,
} from './receipt.ts'
import { acceptedCalls, callsIn, isAccepted, type StepRecord, type WorkflowRow } from './row.ts'
import type { Evidence } from './step.ts'
import type { Waited, WaitedFor } from './waited.ts'

/** What the ledger's row does not know by itself. */
export interface Closing {
  readonly result: Result
  readonly supersededBy?: SupersededBy
  readonly closedAt: number
  /** How long after the event's time it was seen, in milliseconds; absent where nobody looked. */
  readonly observedAfterMs?: number | undefined
  /** What was looked at; empty where nothing was. */
  readonly after: Counts
  /** What was not, where something else was: Ory's list could not be read. */
  readonly unseenAfter?: readonly string[] | undefined
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
    lane: row.lane ?? ordinaryLane,
    event: row.event,
    ...row.about,
    result: closing.result,
    ...(closing.supersededBy === undefined ? {} : { superseded_by: closing.supersededBy }),
    opened_at: isoTime(row.openedAt),
    closed_at: isoTime(closing.closedAt),
    ...(closing.observedAfterMs !== undefined && { observed_after_ms: closing.observedAfterMs }),
    ...(row.waited !== undefined && { waited: foldWaited(row.waited, row) }),
    earlier_attempts: (row.attempts[0]?.number ?? 1) - 1,
    attempts: row.attempts.map(({ number, startedAt, endedAt, outcome }) => ({
      number,
      started_at: isoTime(startedAt),
      ended_at: endedAt === undefined ? null : isoTime(endedAt),
      outcome: outcome ?? 'died',
    })),
    before,
    after: closing.after,
    ...(closing.unseenAfter !== undefined && { unseen_after: closing.unseenAfter }),
    steps: kindsOf(toldSteps(row)).map((steps) => foldSteps(steps, row, closing)),
    may_still_work: closing.mayStillWork,
    preconditions: closing.preconditions,
    notes: closing.notes,
    follow_up_not_before:
      closing.followUpNotBefore === undefined ? null : isoTime(closing.followUpNotBefore),
  }
}

/** What took longest first. */
function foldWaited(
  waited: Waited,
  { turns = [], expected = {} }: WorkflowRow,
): readonly WaitedInReceipt[] {
  const told = Object.fromEntries(turns.map(({ bucket, at }) => [bucket, isoTime(at)]))
  return (Object.entries(waited) as [WaitedFor, number][])
    .sort(([, one], [, other]) => other - one)
    .map(([kind, ms]) => ({
      for: kind,
      ms,
      ...(expected[kind] !== undefined && { expected: isoTime(expected[kind]) }),
      ...(kind === 'rate-limit' && turns.length > 0 && { turns: told }),
    }))
}

/** Calls of one operation by one parameter are told together; the order of the kinds is kept. */
function kindsOf(steps: readonly StepRecord[]): readonly (readonly StepRecord[])[] {
  return [...Map.groupBy(steps, ({ op, by }) => `${op} ${by}`).values()]
}

/** Calls that were only meant have no status at all. */
function toldSteps({ steps }: WorkflowRow): readonly StepRecord[] {
  return steps.filter(({ tries }) => tries.length > 0)
}

function foldSteps(
  steps: readonly StepRecord[],
  row: WorkflowRow,
  { after, result }: Closing,
): ReceiptStep {
  const [first] = steps as readonly [StepRecord, ...StepRecord[]]
  const unanswered = result === 'superseded' ? statusWithoutLook(steps) : statusWithoutAnswer(steps)
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
    calls: sum(steps.map(({ calls }) => calls)),
    accepted: sum(steps.map(acceptedCalls)),
    attempts: foldTries(steps),
  }
}

/** `undefined` where at least one call was accepted. */
function statusWithoutAnswer(
  steps: readonly StepRecord[],
): 'refused' | 'found-done' | 'requested' | undefined {
  const tries = steps.flatMap((step) => step.tries)
  if (tries.some(isAccepted)) return undefined
  // What proves nothing is not planned any more once its time is over: no look has found it done.
  const isFound = steps.every(({ planned, bestEffort }) => planned === 0 && bestEffort !== true)
  if (isFound) return 'found-done'
  return tries.some(({ outcome }) => outcome === 'unknown') ? 'requested' : 'refused'
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
        callsIn(same),
      ]),
    ),
  }))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
