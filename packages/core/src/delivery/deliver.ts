import type { LapseError } from '../errors.ts'
import type { LogFields } from '../ports/index.ts'
import { type Allowance, run, type Services, type WorkflowEvent } from '../run/index.ts'
import { deadLetter } from './dead-letter.ts'
import { codeOf, problemOf } from './describe-error.ts'
import { type Disposition, dispositionOf } from './disposition.ts'
import {
  attributesOf,
  believed,
  delaySecondsUntil,
  type Envelope,
  longestDelaySeconds,
  readEnvelope,
} from './envelope.ts'
import type { Delivered, Message } from './message.ts'
import { messagesOf } from './messages.ts'
import { refusedSource } from './refused-source.ts'
import { deferAgain, secondsWaited, type Waiting } from './waiting.ts'
import { waitingCauseOf } from './waiting-cause.ts'
import type { Worker } from './worker.ts'

/**
 * Processes one message. Never throws: whatever happens, the message is done, safe elsewhere, or
 * left on its queue.
 */
export async function deliver<Event extends WorkflowEvent, Observation, Needs extends Services>(
  message: Message,
  allowance: Allowance,
  worker: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  const envelope = readEnvelope(message, worker.clock.now())
  const progress = { made: false }
  const progressed = () => {
    progress.made = true
  }
  try {
    return await process(message, envelope, { ...allowance, progressed }, worker)
  } catch (error) {
    // What got anywhere has waited for something: its time begins anew.
    const left = progress.made ? { ...envelope, waiting: undefined } : envelope
    return handleFailure(error, message, left, worker)
  }
}

/** Defers a message that there is no time to begin. */
export async function postpone<Event extends WorkflowEvent, Observation, Needs extends Services>(
  message: Message,
  error: LapseError,
  worker: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  return handleFailure(error, message, readEnvelope(message, worker.clock.now()), worker)
}

async function process<Event extends WorkflowEvent, Observation, Needs extends Services>(
  message: Message,
  envelope: Envelope,
  allowance: Allowance & { readonly progressed: () => void },
  worker: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  const { clock, outbox, log, metrics } = worker
  const source = worker.passesOver?.(message.body)
  if (source !== undefined) return passOver(message, source, worker)

  const event = worker.parse(message.body)
  const workflow = worker.workflow(event)
  const due = believed(envelope, workflow.followUpAfterMs, clock.now())
  if (dueAt(due) > clock.now()) return hop(message, due, worker)

  const { pass, eventKey } = due
  const services = await worker.services()
  const delivery = {
    ...allowance,
    pass,
    messages: messagesOf(message, outbox, clock),
    ...(eventKey !== undefined && { key: eventKey }),
  }
  const { receipt, duplicate } = await run(workflow, event, delivery, services)
  if (duplicate) metrics.count('Duplicates', 1)
  const fields = { message_id: message.messageId, receipt }
  log.info(duplicate ? 'done before; nothing was sent to Ory' : 'done', fields)
  return 'acknowledge'
}

/** Says of a message that it was seen; there is nothing to be done, and so no receipt. */
function passOver<Event extends WorkflowEvent, Observation, Needs extends Services>(
  { messageId }: Message,
  source: string,
  { log, metrics }: Worker<Event, Observation, Needs>,
): Delivered {
  metrics.countOf(source, 'EventsPassedOver', 1)
  log.info('passed over', { message_id: messageId, source })
  return 'acknowledge'
}

function dueAt({ notBefore = 0, waiting }: Envelope): number {
  return Math.max(notBefore, waiting?.until ?? 0)
}

/** Puts a message that is not due yet through the queue's delay once more. */
async function hop<Event extends WorkflowEvent, Observation, Needs extends Services>(
  { body }: Message,
  envelope: Envelope,
  { clock, outbox, metrics }: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  const now = clock.now()
  const { waiting } = envelope
  if (waiting !== undefined) metrics.waiting(waiting.cause, secondsWaited(waiting, now))
  const delaySeconds = delaySecondsUntil(dueAt(envelope), now)
  await outbox.send({ body, attributes: attributesOf(envelope, now), delaySeconds })
  return 'acknowledge'
}

async function handleFailure<Event extends WorkflowEvent, Observation, Needs extends Services>(
  error: unknown,
  message: Message,
  envelope: Envelope,
  worker: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  const disposition = dispositionOf(error, envelope.waiting, worker.clock.now())
  const source = refusalOf(error, disposition, message, worker)
  const fields = {
    message_id: message.messageId,
    pass: envelope.pass,
    ...disposition,
    ...(source !== undefined && { source }),
  }
  logFailure(error, fields, worker)
  try {
    const delivered = await carryOut(disposition, codeOf(error), message, envelope, worker)
    if (source !== undefined && delivered === 'acknowledge')
      worker.metrics.countOf(source, 'EventsRefused', 1)
    return delivered
  } catch (failure) {
    // The copy did not get anywhere, so the original must not go.
    worker.log.error('no copy could be made; the message stays on its queue', {
      ...fields,
      code: codeOf(failure),
      problem: problemOf(failure),
    })
    return 'retry'
  }
}

/** Whose message is refused for what it is; `undefined` where it is not, or waited for too long. */
function refusalOf<Event extends WorkflowEvent, Observation, Needs extends Services>(
  error: unknown,
  { next }: Disposition,
  { body }: Message,
  { sources = () => [] }: Worker<Event, Observation, Needs>,
): string | undefined {
  const isRefused = next === 'dead-letter' && waitingCauseOf(error) === undefined
  return isRefused ? refusedSource(body, sources) : undefined
}

async function carryOut<Event extends WorkflowEvent, Observation, Needs extends Services>(
  disposition: Disposition,
  code: string,
  message: Message,
  envelope: Envelope,
  worker: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  const { metrics } = worker
  switch (disposition.next) {
    case 'retry':
      metrics.count('Failures', 1)
      return 'retry'
    case 'defer':
      return defer(message, envelope, { ...disposition, code }, worker)
    case 'dead-letter': {
      const delivered = await deadLetter(message, disposition.reason, worker)
      metrics.count(delivered === 'acknowledge' ? 'DeadLettered' : 'Failures', 1)
      return delivered
    }
  }
}

/** Sends a copy that comes back later; whether it is sent or not, the wait is heard of. */
async function defer<Event extends WorkflowEvent, Observation, Needs extends Services>(
  { body }: Message,
  envelope: Envelope,
  { cause, code, seconds }: Pick<Waiting, 'cause' | 'code'> & { readonly seconds: number },
  { clock, outbox, metrics }: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  const now = clock.now()
  const due = now + seconds * 1000
  const until = seconds > longestDelaySeconds ? due : undefined
  const waiting = deferAgain(envelope.waiting, { cause, code, until }, now)
  metrics.waiting(cause, secondsWaited(waiting, now))
  await outbox.send({
    body,
    attributes: attributesOf({ ...envelope, waiting }, now),
    delaySeconds: delaySecondsUntil(due, now),
  })
  metrics.count('Deferred', 1)
  return 'acknowledge'
}

function logFailure<Event extends WorkflowEvent, Observation, Needs extends Services>(
  error: unknown,
  fields: LogFields,
  { log, metrics }: Worker<Event, Observation, Needs>,
): void {
  const code = codeOf(error)
  const described = { ...fields, code, problem: problemOf(error) }
  if (code === 'ERR_VERIFICATION') metrics.count('VerificationFailures', 1)
  if (waitingCauseOf(error) !== 'deployment') {
    log.warn('not done', described)
    return
  }
  metrics.count('ConfigurationErrors', 1)
  log.error('the deployment is misconfigured', described)
}
