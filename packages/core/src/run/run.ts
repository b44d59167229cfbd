import { codeOf, RateBudgetError, VerificationError } from '../errors.ts'
import { ordinaryLane } from '../lane.ts'
import { withLeases } from '../leases/index.ts'
import { paced } from '../ory/index.ts'
import { withinSignal } from '../ports/index.ts'
import type { Attempt } from './attempt.ts'
import { boundedServices } from './bounded-services.ts'
import { conclude, supersede } from './conclude.ts'
import type { Counts } from './event-record.ts'
import { executePlan } from './execute.ts'
import { sendFollowUp } from './follow-up.ts'
import { judge } from './judge.ts'
import { locateRow } from './locate-row.ts'
import { type Look, lookAgain, lookFirst } from './look.ts'
import { leaveRow, type OpenRow, openRow } from './open-row.ts'
import { costOf, madeTogether, paceOf } from './paced-attempt.ts'
import type { Receipt } from './receipt.ts'
import { begun, intend, toldTurn, type WorkflowRow } from './row.ts'
import { callsOf } from './step.ts'
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
  const found = await locateRow(workflow, event, delivery, services)
  const { deadline, progressed, putOff, lane = ordinaryLane } = delivery
  const isTakenLater = onlyReadsFirst(workflow)
  const open = await openRow(found, services, deadline, { progressed, putOff, isTakenLater })
  const { receipt } = open.row
  if (receipt !== undefined) return { receipt, duplicate: true }

  open.note((row) => ({ ...row, lane }))
  const { accounts, secrets, clock } = services
  const { messages, signal } = delivery
  const pace = paceOf(open, delivery, services)
  const ory = pace === undefined ? services.ory : paced(services.ory, pace)
  const callees = {
    ory,
    ...(accounts && { accounts }),
    secrets,
    services,
    messages,
    ...(signal && { signal }),
  }
  const context = { services, key: open.row.event.key, signal }
  const attempt = { workflow, event, delivery, services, callees, context, open, pace }
  try {
    return { receipt: await process(attempt), duplicate: false }
  } catch (error) {
    if (error instanceof RateBudgetError) noteTurn(open, error)
    // Where somebody took the row over, the version that is no longer ours keeps us off theirs.
    await leaveRow(open, clock, codeOf(error))
    throw error
  }
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

/** Who looks at the row sees when the event's turn is expected, and so does the next delivery. */
function noteTurn(open: OpenRow, { bucket, until }: RateBudgetError): void {
  open.note((row) => toldTurn(row, { bucket, at: until, lane: row.lane ?? ordinaryLane }))
}

/** What is urgent waits for no lease but its own, and gives it back after everything else. */
async function process<Event extends WorkflowEvent, Observation, Needs extends Services>(
  at: Attempt<Event, Observation, Needs>,
): Promise<Receipt> {
  const { workflow, event, callees } = at
  const { opening } = workflow
  await at.pace?.due()
  if (opening === undefined) {
    return withLeasesOf(workflow, at, () => unlessSuperseded(at, () => processRest(at)))
  }
  return withLeasesOf(opening, at, () =>
    unlessSuperseded(at, async () => {
      await carryOut(opening, { seen: await opening.observe(event, callees), unseen: false }, at)
      return withLeasesOf(workflow, at, () => processRest(at))
    }),
  )
}

function withLeasesOf<Event extends WorkflowEvent, Observation, Needs extends Services>(
  { leases }: Pick<Phase<Event, never, Needs>, 'leases'>,
  { event, services, delivery }: Attempt<Event, Observation, Needs>,
  work: () => Promise<Receipt>,
): Promise<Receipt> {
  const { leases: ledger, clock } = services
  return withLeases(leases?.(event) ?? [], { ledger, clock }, delivery.deadline, work)
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
  const { workflow, event, context } = at
  const first = await lookFirst(at)
  const before = await carryOut(workflow, first, at)
  const last = await whileFollowUpIsSent(at, () => lookAgain(at))
  requireNothingLeft(
    workflow.name,
    workflow.verify(event, last.seen),
    workflow.unread?.(last.seen) ?? workflow.unread?.(first.seen),
  )
  await workflow.afterwards?.(event, last.seen, context)
  workflow.guardReceipt?.(event, last.seen)
  return conclude(at, before, { first, last })
}

/** What comes of both is known before anything is said of either: a look that fails sends nothing twice. */
async function whileFollowUpIsSent<
  Event extends WorkflowEvent,
  Observation,
  Needs extends Services,
  Seen,
>(at: Attempt<Event, Observation, Needs>, look: () => Promise<Seen>): Promise<Seen> {
  const [sent, looked] = await Promise.allSettled([sendFollowUp(at), look()])
  if (sent.status === 'rejected') throw sent.reason
  if (looked.status === 'rejected') throw looked.reason
  return looked.value
}

/**
 * Judges, remembers, keeps the intent (where there is one), and makes the steps.
 * @returns what was counted before them: nothing where nothing was seen
 */
async function carryOut<Event extends WorkflowEvent, Seen, Observation, Needs extends Services>(
  phase: Phase<Event, Seen, Needs>,
  { seen, unseen }: Look<Seen>,
  at: Attempt<Event, Observation, Needs>,
): Promise<Counts> {
  const { event, context, open, services } = at
  const now = services.clock.now()
  const { steps: known, begunAt } = open.row
  const steps = judge(phase, event, seen, { known, now, begunAt })
  // What has to wait for its turn is not remembered as begun either.
  await at.pace?.plan(costOf(steps), costOf(madeTogether(steps)))
  await phase.remember?.(event, seen, context)
  const before = unseen ? {} : phase.count(event, seen)
  const intended = (row: WorkflowRow) => intend(row, before, steps)
  if (steps.some((step) => callsOf(step).length > 0))
    await open.update((row) => begun(intended(row), steps, services.clock.now()))
  else open.note(intended)
  await executePlan(steps, at)
  return before
}

function requireNothingLeft(workflow: string, remaining: Counts, unread: unknown): void {
  if (Object.keys(remaining).length === 0) return
  throw unread ?? new VerificationError(workflow, remaining)
}
