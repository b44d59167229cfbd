import type { Pacing } from '../budget/index.ts'
import { codeOf, LeaseHeldError, RateBudgetError, VerificationError } from '../errors.ts'
import { ordinaryLane } from '../lane.ts'
import { type LeaseStanding, withLeases } from '../leases/index.ts'
import { type OryAccounts, paced } from '../ory/index.ts'
import { withinSignal } from '../ports/index.ts'
import type { Attempt } from './attempt.ts'
import { boundedServices } from './bounded-services.ts'
import { conclude, lookedAt, supersede } from './conclude.ts'
import type { Counts } from './event-record.ts'
import { executePlan, type Left, waitedFor } from './execute.ts'
import { sendFollowUp } from './follow-up.ts'
import { judge } from './judge.ts'
import { locateRow, placeOfNew } from './locate-row.ts'
import { type Look, type Looks, lookAgain, lookFirst } from './look.ts'
import { type Found, isAnothers, leaveRow, type OpenRow, openRow } from './open-row.ts'
import { costOf, inBuckets, madeTogether, paceOf } from './paced-attempt.ts'
import type { Receipt } from './receipt.ts'
import { begun, intend, intendBlindly, toldTurn, type WorkflowRow } from './row.ts'
import { callsOf } from './step.ts'
import { trail } from './trail.ts'
import { kindOf, waitedForOf } from './waited.ts'
import type { Delivery, Phase, Services, Workflow, WorkflowEvent } from './workflow.ts'

/** What came of a delivery: the receipt, and whether an earlier delivery had written it. */
export interface Run {
  readonly receipt: Receipt
  readonly duplicate: boolean
}

/**
 * Processes one delivery of an event: observe, plan, execute in order, observe again, verify,
 * receipt. A delivery of what is closed already changes nothing and returns the receipt there is.
 * @throws LeaseHeldError, DeadlineError, VerificationError, and whatever Ory or the ledger answered
 */
export async function run<Event extends WorkflowEvent, Observation, Needs extends Services>(
  workflow: Workflow<Event, Observation, Needs>,
  event: Event,
  delivery: Delivery,
  unbounded: Needs,
): Promise<Run> {
  const services = boundedServices(unbounded, delivery)
  await withinSignal(delivery.signal, async () => services.pacing?.ready())
  const at = { workflow, event, delivery, services }
  return (
    (await attemptAsNew(at)) ?? attemptOn(await locateRow(workflow, event, delivery, services), at)
  )
}

/** What an attempt is made with, whatever its row says. */
type Given<Event extends WorkflowEvent, Observation, Needs extends Services> = Pick<
  Attempt<Event, Observation, Needs>,
  'workflow' | 'event' | 'delivery' | 'services'
>

/**
 * Takes the row of a fresh event for new, so that nothing waits for a look at it: what Ory shows is
 * read at once, and the write that keeps the intent is refused where a row stands there. Where calls
 * have to be booked that would cost slots which nothing is done with, and the row is looked at first.
 * @returns `undefined` where the row has to be looked at; then nothing was done
 */
async function attemptAsNew<Event extends WorkflowEvent, Observation, Needs extends Services>(
  at: Given<Event, Observation, Needs>,
): Promise<Run | undefined> {
  const { workflow, event, delivery, services } = at
  const isSafe = onlyReadsFirst(workflow) && services.pacing?.isBooked !== true
  if (delivery.isFresh !== true || !isSafe) return undefined
  const place = placeOfNew(workflow, event, delivery, services)
  return place && attemptOn(place, at).catch(unlessStanding)
}

/** An attempt took the row for new, and one stands there. */
class RowStandsError extends Error {}

function unlessStanding(error: unknown): undefined {
  if (!(error instanceof RowStandsError)) throw error
}

async function attemptOn<Event extends WorkflowEvent, Observation, Needs extends Services>(
  found: Found,
  { workflow, event, delivery, services }: Given<Event, Observation, Needs>,
): Promise<Run> {
  const { deadline, progressed, putOff, lane = ordinaryLane } = delivery
  const isTakenLater = onlyReadsFirst(workflow)
  const open = await openRow(found, services, deadline, { progressed, putOff, isTakenLater })
  const { receipt } = open.row
  if (receipt !== undefined) return { receipt, duplicate: true }

  open.note((row) => ({ ...row, lane }))
  const { secrets, clock } = services
  const { messages, signal } = delivery
  const pace = paceOf(open, delivery, services)
  const ory = pace === undefined ? services.ory : paced(services.ory, pace)
  const accounts = pacedAccounts(services, { event: open.row.event.key, signal })
  const callees = {
    ory,
    ...(accounts && { accounts }),
    secrets,
    services,
    messages,
    ...(signal && { signal }),
  }
  const context = { services, ory, key: open.row.event.key, signal }
  const attempt = { workflow, event, delivery, services, callees, context, open, pace }
  try {
    return { receipt: await process(attempt), duplicate: false }
  } catch (error) {
    noteWait(open, error, delivery)
    // Where somebody took the row over, the version that is no longer ours keeps us off theirs.
    if (isAnothers(open, error)) throw new RowStandsError()
    const left = await leaveRow(open, clock, codeOf(error))
    if (left === 'never-ours') throw new RowStandsError()
    throw error
  } finally {
    await pace?.end()
  }
}

/** The servers of accounts have circuits of their own, and no budget. */
function pacedAccounts(
  { accounts, pacing }: Services,
  terms: Parameters<Pacing['accountsPaceOf']>[0],
): OryAccounts | undefined {
  return accounts && pacing ? paced(accounts, pacing.accountsPaceOf(terms)) : accounts
}

/** Whether nothing is written or held before the intent: then the row is taken with it, in one write. */
function onlyReadsFirst<Event extends WorkflowEvent, Observation, Needs extends Services>({
  opening,
  leases,
  remember,
  supersededBy,
}: Workflow<Event, Observation, Needs>): boolean {
  return [opening, leases, remember, supersededBy].every((part) => part === undefined)
}

/** Who looks at the row sees when the event is expected to go on; the next delivery goes by its turn. */
function noteWait(
  open: OpenRow,
  error: unknown,
  { comesBack, lane = ordinaryLane }: Delivery,
): void {
  if (error instanceof RateBudgetError) {
    const { bucket, until: at } = error
    open.note((row) => toldTurn(row, { bucket, at, lane }))
  }
  // What was accepted is in the write that says so, and the message's time begins anew with it.
  const back = comesBack?.(error, open.isFurther)
  if (back === undefined) return
  const kind = kindOf(codeOf(error), back.cause)
  open.note((row) => ({ ...row, expected: { ...row.expected, [kind]: back.at } }))
}

/** An event that a later one overrides has nothing to wait for: neither its turn nor whoever is at work. */
async function process<Event extends WorkflowEvent, Observation, Needs extends Services>(
  at: Attempt<Event, Observation, Needs>,
): Promise<Receipt> {
  return unlessSuperseded(at, async () => {
    await at.pace?.due()
    try {
      return await underLease(at)
    } catch (error) {
      if (!(error instanceof LeaseHeldError)) throw error
      return unlessSuperseded(at, () => Promise.reject(error))
    }
  })
}

/** What is urgent waits for no lease but its own, and gives it back after everything else. */
function underLease<Event extends WorkflowEvent, Observation, Needs extends Services>(
  at: Attempt<Event, Observation, Needs>,
): Promise<Receipt> {
  const { workflow, event, callees } = at
  const { opening } = workflow
  return withLeasesOf(opening ?? workflow, at, () =>
    // A later one may have begun since it was looked at.
    unlessSuperseded(at, async () => {
      if (opening === undefined) return processRest(at)
      const seen = await opening.observe(event, callees)
      const { left } = await carryOut(opening, { seen, unseen: false }, at)
      if (left.length > 0) throw waitedFor(left)
      return withLeasesOf(workflow, at, () => processRest(at))
    }),
  )
}

function withLeasesOf<Event extends WorkflowEvent, Observation, Needs extends Services>(
  { leases }: Pick<Phase<Event, never, Needs>, 'leases'>,
  { event, services, delivery }: Attempt<Event, Observation, Needs>,
  work: () => Promise<Receipt>,
): Promise<Receipt> {
  const { leases: ledger, turns, clock } = services
  const taking = { ledger, turns, clock, standing: standingOf(delivery) }
  return withLeases(leases?.(event) ?? [], taking, delivery.deadline, work)
}

/** An incident waits behind nobody but who is at work; who was told a turn comes back at it. */
function standingOf({ lane = ordinaryLane, putOff }: Delivery): LeaseStanding {
  if (lane === 'incident') return 'urgent'
  return putOff !== undefined && waitedForOf(putOff.code) === 'lease' ? 'due' : 'new'
}

async function unlessSuperseded<Event extends WorkflowEvent, Observation, Needs extends Services>(
  at: Attempt<Event, Observation, Needs>,
  work: () => Promise<Receipt>,
): Promise<Receipt> {
  const { workflow, event, context } = at
  const later = await workflow.supersededBy?.(event, context)
  return later === undefined ? work() : supersede(at, later)
}

async function processRest<Event extends WorkflowEvent, Observation, Needs extends Services>(
  at: Attempt<Event, Observation, Needs>,
): Promise<Receipt> {
  const { workflow, open } = at
  const { looked: earlier } = open.row
  const { trailing } = workflow
  if (trailing !== undefined && earlier !== undefined) return conclude(at, earlier, await trail(at))

  const first = await lookFirst(at)
  const { before, left } = await carryOut(workflow, first, at)
  const looked = await settled(async () => {
    const last = await whileFollowUpIsSent(at, () => lookAgain(at))
    await requireDone(at, { first, last })
    const seen = await lookedAt(at, before, { first, last })
    if (left.length > 0) throw waitedFor(left)
    if (trailing !== undefined) open.note((row) => ({ ...row, looked: seen }))
    return seen
  })
  // Whatever came of that, the steps are made: what comes last has nothing more to wait for.
  const counts = await settled(() => trail(at))
  if (looked.status === 'rejected' && counts.status === 'rejected')
    throw waitedFor([looked.reason, counts.reason])
  return conclude(at, resultOf(looked), resultOf(counts))
}

/** @throws VerificationError, what a part could not be read with, or what keeps the receipt open */
async function requireDone<Event extends WorkflowEvent, Observation, Needs extends Services>(
  { workflow, event, context }: Attempt<Event, Observation, Needs>,
  { first, last: { seen } }: Looks<Observation>,
): Promise<void> {
  const { verify, unread } = workflow
  const remaining = verify(event, seen)
  if (Object.keys(remaining).length > 0)
    throw unread?.(seen) ?? unread?.(first.seen) ?? new VerificationError(workflow.name, remaining)
  await workflow.afterwards?.(event, seen, context)
  workflow.guardReceipt?.(event, seen)
}

/** What comes of both is known before anything is said of either: a look that fails sends nothing twice. */
async function whileFollowUpIsSent<
  Event extends WorkflowEvent,
  Observation,
  Needs extends Services,
  Seen,
>(at: Attempt<Event, Observation, Needs>, look: () => Promise<Seen>): Promise<Seen> {
  const [sent, looked] = await Promise.allSettled([sendFollowUp(at), look()])
  resultOf(sent)
  return resultOf(looked)
}

async function settled<Value>(work: () => Promise<Value>): Promise<PromiseSettledResult<Value>> {
  const [result] = await Promise.allSettled([work()])
  return result
}

function resultOf<Value>(result: PromiseSettledResult<Value>): Value {
  if (result.status === 'rejected') throw result.reason
  return result.value
}

/**
 * Judges, remembers, keeps the intent (where there is one), and makes the steps.
 * @returns what was counted before them, as far as it was seen, and what they left undone
 */
async function carryOut<Event extends WorkflowEvent, Seen, Observation, Needs extends Services>(
  phase: Phase<Event, Seen, Needs>,
  { seen, unseen }: Look<Seen>,
  at: Attempt<Event, Observation, Needs>,
): Promise<{ readonly before: Counts; readonly left: Left }> {
  const { event, context, open, services } = at
  const now = services.clock.now()
  const { steps: known, begunAt } = open.row
  const steps = judge(phase, event, seen, { known, now, begunAt })
  // What has to wait for its turn is not remembered as begun either.
  const next = phase.thenAtOnce?.(event, seen) ?? []
  // What is followed at once is the last step; those before it may be made while there is no room yet.
  const together = next.length > 0 ? steps.slice(-1) : madeTogether(steps)
  await at.pace?.plan(costOf(steps, next), costOf(together, next), inBuckets(next))
  await phase.remember?.(event, seen, context)
  const before = unseen ? (phase.countBeside?.(event, seen) ?? {}) : phase.count(event, seen)
  const intended = (row: WorkflowRow) =>
    unseen ? intendBlindly(row, before, steps) : intend(row, before, steps)
  // Nothing is done for an event whose row may stand there.
  if (open.isSupposed || steps.some((step) => callsOf(step).length > 0))
    await open.update((row) => begun(intended(row), steps, services.clock.now()))
  else open.note(intended)
  return { before, left: await executePlan(steps, at) }
}
