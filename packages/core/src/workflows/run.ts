import {
  DeadlineError,
  LapseError,
  LedgerConflictError,
  OryAbortedError,
  OryTransportError,
  VerificationError,
} from '../errors.ts'
import { idempotencyKey, subjectPseudonym } from '../events/index.ts'
import { perform } from '../ory/index.ts'
import { followUp } from './follow-up.ts'
import { leaveRow, type OpenRow, openRow } from './open-row.ts'
import { withoutSubject } from './privacy.ts'
import { foldReceipt, type Receipt } from './receipt.ts'
import {
  type Counts,
  close,
  type EventRecord,
  endAttempt,
  intend,
  isSettled,
  newRow,
  type Outcome,
  settle,
} from './row.ts'
import type { Step } from './step.ts'
import type { Delivery, Reading, Services, Workflow, WorkflowEvent } from './workflow.ts'

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
  readonly reading: Reading
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
  const open = await take(workflow.name, event, delivery, services)
  if (open.row.receipt !== undefined) return { receipt: open.row.receipt, duplicate: true }

  const reading = readingOf(services, delivery.signal)
  try {
    const receipt = await attempt({ workflow, event, delivery, services, reading, open })
    return { receipt, duplicate: false }
  } catch (error) {
    // Whoever took the row over writes it now; to leave it would be to overwrite them.
    if (!(error instanceof LedgerConflictError)) await leaveRow(open, services.clock, nameOf(error))
    throw error
  }
}

function take(
  workflow: string,
  event: WorkflowEvent,
  { pass, deadline }: Delivery,
  services: Services,
): Promise<OpenRow> {
  const record = recordOf(event, services.ledgerKey)
  const blank = newRow({
    workflow,
    pass,
    event: record,
    subject: subjectPseudonym(services.ledgerKey, event.subject),
    openedAt: services.clock.now(),
  })
  return openRow({ workflow, event: record.key, pass }, blank, services, deadline)
}

function recordOf(event: WorkflowEvent, ledgerKey: Uint8Array): EventRecord {
  return {
    key: idempotencyKey(ledgerKey, event),
    type: event.type,
    id: withoutSubject(event.id, event.subject),
    source: withoutSubject(event.source, event.subject),
    time: event.time,
  }
}

async function attempt<Event extends WorkflowEvent, Observation>(
  context: Attempt<Event, Observation>,
): Promise<Receipt> {
  const { workflow, event, reading, open } = context
  const first = await workflow.observe(event, reading)
  const plan = workflow.plan(event, first, open.row.steps)
  const before = workflow.count(event, first)
  await open.update((row) => intend(row, before, plan))

  for (const step of plan) await execute(step, context)

  const last = await workflow.observe(event, reading)
  insist(workflow.name, { ...workflow.verify(event, last), ...unsettled(open) })
  return conclude(context, { before, after: workflow.count(event, last) })
}

/** One step, and its outcome in the ledger before anything else is done. */
async function execute<Event extends WorkflowEvent, Observation>(
  step: Step,
  { open, delivery, services, reading }: Attempt<Event, Observation>,
): Promise<void> {
  if (services.clock.now() >= delivery.deadline) throw new DeadlineError('no time for another step')

  const { ory, ...options } = reading
  const failure = await perform(ory, step.call, options).then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  await open.update((row) => settle(row, step.key, outcomeOf(failure)))
  if (failure !== undefined && !mayGoOn(step, failure.error)) throw failure.error
}

function outcomeOf(failure: { readonly error: unknown } | undefined): Outcome {
  if (failure === undefined) return 'acknowledged'
  const { error } = failure
  if (error instanceof OryAbortedError) return 'unknown'
  if (error instanceof OryTransportError && error.mayHaveRun) return 'unknown'
  return `failed: ${nameOf(error)}`
}

/** Only a final refusal of a step that proves nothing anyway may be left behind. */
function mayGoOn(step: Step, error: unknown): boolean {
  return step.bestEffort === true && error instanceof LapseError && !error.retryable
}

function unsettled({ row }: OpenRow): Counts {
  const count = row.steps.filter((step) => !isSettled(step)).length
  return count === 0 ? {} : { 'steps without an answer': count }
}

function insist(workflow: string, remaining: Counts): void {
  if (Object.keys(remaining).length > 0) throw new VerificationError(workflow, remaining)
}

/** Everything is seen to be done: the follow-up goes out, and only then the row is sealed. */
async function conclude<Event extends WorkflowEvent, Observation>(
  { workflow, event, delivery, services, reading, open }: Attempt<Event, Observation>,
  counts: { readonly before: Counts; readonly after: Counts },
): Promise<Receipt> {
  const { clock, metrics } = services
  const followUpNotBefore = await followUp(workflow, delivery, open, clock)
  const observations = [open.row.before ?? {}, counts.before]
  const mayStillWork = await workflow.survivors(event, observations, reading, {
    now: clock.now(),
    followUpNotBefore,
  })

  const closedAt = clock.now()
  const done = endAttempt(open.row, closedAt, 'closed')
  const { preconditions } = workflow
  const { after } = counts
  const receipt = foldReceipt(done, {
    closedAt,
    after,
    mayStillWork,
    preconditions,
    followUpNotBefore,
  })
  await open.update(() => close(done, receipt))
  workflow.measure(done, metrics)
  metrics.eventAge(Math.max(0, closedAt - Date.parse(event.time)))
  return receipt
}

function readingOf({ ory }: Services, signal: AbortSignal | undefined): Reading {
  return { ory, ...(signal === undefined ? {} : { signal }) }
}

/** An error as the ledger may know it: its code, or its class where it is none of ours. */
function nameOf(error: unknown): string {
  if (error instanceof LapseError) return error.code
  return error instanceof Error ? error.name : 'unknown'
}
