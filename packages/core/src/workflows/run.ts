import {
  DeadlineError,
  LapseError,
  OryAbortedError,
  OryTransportError,
  VerificationError,
} from '../errors.ts'
import { idempotencyKey, subjectPseudonym } from '../events/index.ts'
import { withClientLease, withIssuerLease } from '../leases/index.ts'
import { type Callees, type Done, make } from './call.ts'
import { followUp } from './follow-up.ts'
import { leaveRow, type OpenRow, openRow } from './open-row.ts'
import { withoutSubject } from './privacy.ts'
import { type Closing, foldReceipt, type Receipt } from './receipt.ts'
import {
  type Counts,
  close,
  type EventRecord,
  endAttempt,
  intend,
  isSettled,
  latestPlan,
  newRow,
  type Outcome,
  settle,
} from './row.ts'
import type { Step } from './step.ts'
import type { Delivery, Services, Workflow, WorkflowEvent } from './workflow.ts'

/** What came of a delivery: the receipt, and whether an earlier delivery had written it. */
export interface Run {
  readonly receipt: Receipt
  readonly duplicate: boolean
}

/** All that an attempt works with. */
interface Attempt<Event extends WorkflowEvent, Observation> {
  readonly workflow: Workflow<Event, Observation>
  readonly event: Event
  readonly delivery: Delivery
  readonly services: Services
  readonly callees: Callees
  readonly open: OpenRow
}

/**
 * Works one delivery of an event off: observe, plan, execute in order, observe again, verify,
 * receipt. A delivery of what is closed already changes nothing and returns the receipt there is.
 * @throws LeaseHeldError, DeadlineError, VerificationError, and whatever Ory or the ledger answered
 */
export async function run<Event extends WorkflowEvent, Observation>(
  workflow: Workflow<Event, Observation>,
  event: Event,
  delivery: Delivery,
  services: Services,
): Promise<Run> {
  const open = await take(workflow, event, delivery, services)
  if (open.row.receipt !== undefined) return { receipt: open.row.receipt, duplicate: true }

  const callees = calleesOf(services, delivery)
  try {
    const receipt = await alone({ workflow, event, delivery, services, callees, open })
    return { receipt, duplicate: false }
  } catch (error) {
    // Where somebody took the row over, the version that is no longer ours keeps us off theirs.
    await leaveRow(open, services.clock, nameOf(error))
    throw error
  }
}

function take<Event extends WorkflowEvent, Observation>(
  workflow: Workflow<Event, Observation>,
  event: Event,
  { pass, deadline }: Delivery,
  services: Services,
): Promise<OpenRow> {
  const record = recordOf(event, services.ledgerKey)
  const blank = newRow({
    workflow: workflow.name,
    pass,
    event: record,
    about: workflow.about(event, (subject) => subjectPseudonym(services.ledgerKey, subject)),
    openedAt: services.clock.now(),
  })
  return openRow({ workflow: workflow.name, event: record.key, pass }, blank, services, deadline)
}

function recordOf(event: WorkflowEvent, ledgerKey: Uint8Array): EventRecord {
  return {
    key: event.key ?? idempotencyKey(ledgerKey, event),
    type: event.type,
    id: withoutSubject(event.id, event.subject),
    source: withoutSubject(event.source, event.subject),
    time: event.time,
  }
}

/** Where a client or an issuer is written to, nobody else writes to it meanwhile. */
function alone<Event extends WorkflowEvent, Observation>(
  context: Attempt<Event, Observation>,
): Promise<Receipt> {
  const { workflow, event, delivery, services } = context
  const client = workflow.client?.(event)
  const issuer = workflow.issuer?.(event)
  const lease = { ledger: services.leases, clock: services.clock }
  const work = () => attempt(context)
  if (client !== undefined) return withClientLease(client, lease, delivery.deadline, work)
  if (issuer !== undefined) return withIssuerLease(issuer, lease, delivery.deadline, work)
  return work()
}

async function attempt<Event extends WorkflowEvent, Observation>(
  context: Attempt<Event, Observation>,
): Promise<Receipt> {
  const { workflow, event, callees, open } = context
  const usable = { services: context.services, key: open.row.event.key }
  if (await workflow.isSuperseded?.(event, usable)) return supersede(context)

  const first = await workflow.observe(event, callees)
  await workflow.guard?.(event, first, usable)
  const plan = workflow.plan(event, first, open.row.steps)
  const before = workflow.count(event, first)
  await open.update((row) => intend(row, before, plan))

  for (const step of plan) await execute(step, context)

  const last = await workflow.observe(event, callees)
  insist(workflow.name, { ...workflow.verify(event, last), ...unsettled(open) })
  await workflow.afterwards?.(event, last, usable)
  return conclude(context, before, last)
}

/** One step, and its outcome in the ledger before anything else is done. */
async function execute<Event extends WorkflowEvent, Observation>(
  step: Step,
  { open, delivery, services, callees }: Attempt<Event, Observation>,
): Promise<void> {
  if (services.clock.now() >= delivery.deadline) throw new DeadlineError('no time for another step')

  const ended: Ended = await make(step.call, callees).then(
    (done) => ({ done }),
    (error: unknown) => ({ error }),
  )
  await open.update((row) => settle(row, step.key, outcomeOf(ended)))
  if ('error' in ended && !mayGoOn(step, ended.error)) throw ended.error
}

type Ended = { readonly done: Done } | { readonly error: unknown }

function outcomeOf(ended: Ended): Outcome {
  if ('done' in ended) return ended.done
  const { error } = ended
  if (error instanceof OryAbortedError) return 'unknown'
  if (error instanceof OryTransportError && error.mayHaveRun) return 'unknown'
  return `failed: ${nameOf(error)}`
}

/** Only a final refusal of a step that proves nothing anyway may be left behind. */
function mayGoOn(step: Step, error: unknown): boolean {
  return step.bestEffort === true && error instanceof LapseError && !error.retryable
}

function unsettled({ row }: OpenRow): Counts {
  const count = latestPlan(row).filter((step) => !isSettled(step)).length
  return count === 0 ? {} : { 'steps without an answer': count }
}

function insist(workflow: string, remaining: Counts): void {
  if (Object.keys(remaining).length > 0) throw new VerificationError(workflow, remaining)
}

/** Everything is seen to be done: the follow-up goes out, and only then the row is sealed. */
async function conclude<Event extends WorkflowEvent, Observation>(
  context: Attempt<Event, Observation>,
  before: Counts,
  last: Observation,
): Promise<Receipt> {
  const { workflow, event, delivery, services, callees, open } = context
  const sent = await followUp(workflow, delivery, open, services)
  const followUpNotBefore = sent ?? workflow.followUpDue?.(event, last)
  const after = workflow.count(event, last)
  const observations = [open.row.before ?? {}, before]
  const at = { now: services.clock.now(), followUpNotBefore }
  const mayStillWork = await workflow.survivors(event, observations, callees, at)
  return seal(context, { after, mayStillWork, followUpNotBefore })
}

/** A later event has been worked off: this one is closed without a step. */
function supersede<Event extends WorkflowEvent, Observation>(
  context: Attempt<Event, Observation>,
): Promise<Receipt> {
  const nothing = { after: {}, mayStillWork: [], followUpNotBefore: undefined }
  return seal(context, { ...nothing, result: 'superseded' })
}

async function seal<Event extends WorkflowEvent, Observation>(
  { workflow, event, services, open }: Attempt<Event, Observation>,
  closing: Omit<Closing, 'closedAt' | 'preconditions' | 'notes'>,
): Promise<Receipt> {
  const closedAt = services.clock.now()
  const done = endAttempt(open.row, closedAt, 'closed')
  const { preconditions } = workflow
  const notes = closing.result === 'superseded' ? [] : (workflow.notes?.(event, done) ?? [])
  const receipt = foldReceipt(done, { ...closing, closedAt, preconditions, notes })
  await open.update(() => close(done, receipt))
  workflow.measure(done, services.metrics)
  services.metrics.eventAge(Math.max(0, closedAt - Date.parse(event.time)))
  return receipt
}

function calleesOf(services: Services, { outbox, signal }: Delivery): Callees {
  const { ory, secrets } = services
  return { ory, secrets, services, outbox, ...(signal === undefined ? {} : { signal }) }
}

/** An error as the ledger may know it: its code, or its class where it is none of ours. */
function nameOf(error: unknown): string {
  if (error instanceof LapseError) return error.code
  return error instanceof Error ? error.name : 'unknown'
}
