import { inLanes } from '../concurrency.ts'
import {
  CircuitOpenError,
  codeOf,
  DeadlineError,
  LapseError,
  OryAbortedError,
  OryApiError,
  OryTransportError,
  RateBudgetError,
} from '../errors.ts'
import type { Attempt } from './attempt.ts'
import { type Done, makeCall } from './call.ts'
import { isFailedByOry, isPatienceOver, patienceLeftMs } from './pass-over.ts'
import { type Outcome, settle, troubled, type WorkflowRow } from './row.ts'
import { type Call, callsOf, mayBeRepeated, type Step } from './step.ts'
import type { Services, WorkflowEvent } from './workflow.ts'

/** Calls of one group that are made at the same time. */
const callsAtATime = 5

/** What a plan is carried out with. */
type Executing = Pick<
  Attempt<WorkflowEvent, unknown, Services>,
  'open' | 'delivery' | 'services' | 'callees'
>

/**
 * Carries a plan out, step after step; it was intended before.
 * @returns what has to be waited for once everything else is done: failures of steps that stand aside,
 *   and of calls that stand apart
 * @throws what has to be waited for at once
 */
export async function executePlan(plan: readonly Step[], at: Executing): Promise<Left> {
  const left: unknown[] = []
  for (const step of plan)
    left.push(...(await executeStep(step, at).catch((error: unknown) => asideOf(step, error, at))))
  return left
}

/** What was left undone, by the errors it ended with. */
export type Left = readonly unknown[]

/** What is waited for of all that was left undone: a refusal ends the waiting, and so comes last. */
export function waitedFor(left: Left): unknown {
  return left.find((error) => !isRefusal(error)) ?? left[0]
}

/** Whether waiting does not help. */
export function isRefusal(error: unknown): error is LapseError {
  return error instanceof LapseError && !error.retryable
}

/** What stands aside is waited for once, and later. */
function asideOf(step: Step, error: unknown, at: Executing): Left {
  if (step.asideMs === undefined) throw error
  return isOver(at, 'troubleAside') ? [] : [error]
}

/**
 * Makes the calls of a step. What ended is noted in the row; where a call may not be repeated it is
 * written before the next one is made.
 * @returns failures that are waited for later
 * @throws what has to be waited for; of a step that proves nothing, once the others were made
 */
async function executeStep(step: Step, at: Executing): Promise<Left> {
  const calls = callsOf(step)
  const failures: { stops?: unknown; waits?: unknown } = {}
  const apart = { left: [] as unknown[], inARow: 0 }
  const oneByOne = !calls.every(mayBeRepeated)
  await inLanes(oneByOne ? 1 : callsAtATime, calls, async (call) => {
    if ('stops' in failures || isPassedOver(step, at)) return
    if (at.services.clock.now() >= at.delivery.deadline) {
      failures.stops = new DeadlineError('no time for another step')
      return
    }
    const ended = await settledCall(step, call, at)
    if (oneByOne) await at.open.update((row) => row)
    if (!('error' in ended)) {
      apart.inARow = 0
      return
    }
    if (isItsOwn(step, ended.error)) {
      apart.left.push(ended.error)
      // Whoever refuses for good has answered: what comes after it may still be done.
      if (isRefusal(ended.error)) return
      apart.inARow += 1
      if (apart.inARow >= step.apart.failuresInARow) failures.stops = waitedFor(apart.left)
      return
    }
    const judged = isPastItsTime(step, ended.error, at) ? 'goes on' : judge(step, ended.error)
    if (judged !== 'goes on') failures[judged] ??= ended.error
  })
  if ('stops' in failures) throw failures.stops
  if ('waits' in failures && !isPassedOver(step, at) && !isOver(at, kindOf(step)))
    throw failures.waits
  return apart.left
}

type ApartStep = Step & { readonly apart: NonNullable<Step['apart']> }

/** Whether a call failed for itself, and says nothing of the others. */
function isItsOwn(step: Step, error: unknown): step is ApartStep {
  return step.apart !== undefined && (isFailedByOry(error) || isRefusal(error))
}

/** Whose patience a step's failures use up. */
function kindOf({ asideMs }: Step): 'trouble' | 'troubleAside' {
  return asideMs === undefined ? 'trouble' : 'troubleAside'
}

function isOver({ open: { row }, services }: Executing, kind: ReturnType<typeof kindOf>): boolean {
  const { [kind]: trouble } = row
  return trouble !== undefined && isPatienceOver(row, services.clock.now(), trouble)
}

type Ended = { readonly done: Done } | { readonly error: unknown }

async function settledCall(step: Step, call: Call, at: Executing): Promise<Ended> {
  const { open, services, callees } = at
  const began = services.clock.now()
  const timeoutMs = timeLeftMs(step, open.row, began)
  const ended: Ended = await makeCall(call, callees, timeoutMs).then(
    (done) => ({ done }),
    (error: unknown) => ({ error }),
  )
  open.note((row) => settle(row, step.key, outcomeOf(ended)))
  const isTrouble =
    'error' in ended &&
    step.apart === undefined &&
    (step.asideMs !== undefined || isFailedByOry(ended.error))
  const until =
    'error' in ended && ended.error instanceof CircuitOpenError ? ended.error.until : undefined
  if (isTrouble) open.note((row) => troubled(row, began, kindOf(step), until))
  return ended
}

function outcomeOf(ended: Ended): Outcome {
  if ('done' in ended) return ended.done
  const { error } = ended
  // Cut while it waited for its turn, a call was not made.
  const mayHaveRun =
    (error instanceof OryAbortedError ||
      error instanceof OryTransportError ||
      error instanceof OryApiError) &&
    error.mayHaveRun
  return mayHaveRun ? 'unknown' : `failed: ${codeOf(error)}`
}

/** Once patience or its time is over, what proves nothing is not begun any more. */
function isPassedOver(step: Step, { open, services }: Executing): boolean {
  return timeLeftMs(step, open.row, services.clock.now()) === 0
}

/** A slot that comes after a step's time is of no use to it, and what follows has slots of its own. */
function isPastItsTime(
  { bestEffort, withinMs }: Step,
  error: unknown,
  { open: { row } }: Executing,
): boolean {
  const { begunAt } = row
  if (bestEffort !== true || withinMs === undefined) return false
  if (!(error instanceof RateBudgetError) || begunAt === undefined) return false
  return error.until >= begunAt + withinMs
}

/** How long a call that proves nothing may take, in milliseconds; `undefined`: as any other. */
function timeLeftMs(
  { bestEffort, withinMs, asideMs, apart }: Step,
  row: WorkflowRow,
  now: number,
): number | undefined {
  if (apart !== undefined) return apart.callMs
  if (bestEffort !== true) return undefined
  if (asideMs !== undefined) return asideMs
  const times = [
    patienceLeftMs(row, now),
    withinMs === undefined ? undefined : Math.max(0, (row.begunAt ?? now) + withinMs - now),
  ].filter((ms) => ms !== undefined)
  return times.length === 0 ? undefined : Math.min(...times)
}

/** What a failed call means for the rest: nothing, a wait after the others, or a stop at once. */
function judge(step: Step, error: unknown): 'goes on' | 'waits' | 'stops' {
  if (step.bestEffort !== true) return 'stops'
  if (isRefusal(error)) return 'goes on'
  return isFailedByOry(error) ? 'waits' : 'stops'
}
