import { LapseError } from '../errors.ts'
import type {
  Attributes,
  Clock,
  Log,
  LogFields,
  Metrics,
  Outbox,
  OutgoingMessage,
} from '../ports/index.ts'
import {
  type Allowance,
  type Messages,
  run,
  type Services,
  type Workflow,
  type WorkflowEvent,
} from '../run/index.ts'
import { type Disposition, dispositionOf } from './disposition.ts'
import {
  attributesOf,
  delaySecondsUntil,
  type Envelope,
  readEnvelope,
  reasonName,
} from './envelope.ts'

/** A message as it came off the queue. */
export interface Message {
  readonly messageId: string
  readonly body: string
  /** Its attributes of type String. */
  readonly attributes: Attributes
}

/** How messages of one queue are processed. */
export interface Worker<
  Event extends WorkflowEvent,
  Observation,
  Needs extends Services = Services,
> {
  readonly parse: (body: string) => Event
  /** A body as the DLQ may keep it; absent: byte for byte. What may stay of it stays as it is. */
  readonly redact?: (body: string) => string
  readonly workflow: (event: Event) => Workflow<Event, Observation, Needs>
  /** Needs as little as can be: it has to work where everything else is misconfigured. */
  readonly outbox: Outbox
  readonly services: () => Promise<Needs>
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

/** Whether the queue may forget the message: it is done, or a copy of it is safe elsewhere. */
export type Delivered = 'acknowledge' | 'retry'

/**
 * Processes one message. Never throws: whatever happens, the message is done, safe elsewhere, or
 * left on its queue.
 */
export async function deliver<Event extends WorkflowEvent, Observation, Needs extends Services>(
  message: Message,
  allowance: Allowance,
  worker: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  const envelope = readEnvelope(message.attributes)
  try {
    return await work(message, envelope, allowance, worker)
  } catch (error) {
    return settleFailure(error, message, envelope, worker)
  }
}

/** Puts a message off that there is no time to begin. */
export async function postpone<Event extends WorkflowEvent, Observation, Needs extends Services>(
  message: Message,
  error: LapseError,
  worker: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  return settleFailure(error, message, readEnvelope(message.attributes), worker)
}

async function work<Event extends WorkflowEvent, Observation, Needs extends Services>(
  message: Message,
  envelope: Envelope,
  allowance: Allowance,
  worker: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  const { clock, outbox, log, metrics } = worker
  const { notBefore, pass } = envelope
  if (notBefore !== undefined && notBefore > clock.now()) {
    await outbox.send({
      body: message.body,
      attributes: attributesOf({ pass, notBefore }),
      delaySeconds: delaySecondsUntil(notBefore, clock.now()),
    })
    return 'acknowledge'
  }
  const event = worker.parse(message.body)
  const services = await worker.services()
  const delivery = { ...allowance, pass, messages: messagesOf(message, outbox, clock) }
  const { receipt, duplicate } = await run(worker.workflow(event), event, delivery, services)
  if (duplicate) metrics.count('Duplicates', 1)
  const told = { message_id: message.messageId, receipt }
  log.info(duplicate ? 'done before; nothing was sent to Ory' : 'done', told)
  return 'acknowledge'
}

/** The queue as a workflow sees it: it knows of no attributes. */
function messagesOf({ body }: Message, outbox: Outbox, clock: Clock): Messages {
  return {
    send: (derived) => outbox.send({ body: derived, attributes: attributesOf({ pass: 'first' }) }),
    followUp: (notBefore) =>
      outbox.send({
        body,
        attributes: attributesOf({ pass: 'follow-up', notBefore }),
        delaySeconds: delaySecondsUntil(notBefore, clock.now()),
      }),
  }
}

async function settleFailure<Event extends WorkflowEvent, Observation, Needs extends Services>(
  error: unknown,
  message: Message,
  envelope: Envelope,
  worker: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  const disposition = dispositionOf(error, envelope, worker.clock.now())
  const told = { message_id: message.messageId, pass: envelope.pass, ...disposition }
  report(error, told, worker)
  try {
    return await settle(disposition, error, message, envelope, worker)
  } catch (failure) {
    // The copy did not get anywhere, so the original must not go.
    const { code, problem } = describe(failure)
    worker.log.error('no copy could be made; the message stays on its queue', {
      ...told,
      code,
      problem,
    })
    return 'retry'
  }
}

type Exit = {
  readonly outbox: Outbox
  readonly clock: Clock
  readonly metrics: Metrics
  readonly redact?: (body: string) => string
}

async function settle(
  disposition: Disposition,
  error: unknown,
  message: Message,
  envelope: Envelope,
  exit: Exit,
): Promise<Delivered> {
  switch (disposition.next) {
    case 'retry':
      exit.metrics.count('Failures', 1)
      return 'retry'
    case 'defer':
      await exit.outbox.send(deferred(message, envelope, describe(error).code, disposition, exit))
      exit.metrics.count('Deferred', 1)
      return 'acknowledge'
    case 'dead-letter':
      await exit.outbox.deadLetter(withReason(message, disposition.reason, exit))
      exit.metrics.count('DeadLettered', 1)
      return 'acknowledge'
  }
}

function deferred(
  { body }: Message,
  envelope: Envelope,
  deferredFor: string,
  { delaySeconds }: { readonly delaySeconds: number },
  { clock }: Exit,
): OutgoingMessage {
  const attributes = attributesOf({
    ...envelope,
    deferrals: (envelope.deferrals ?? 0) + 1,
    deferredSince: envelope.deferredSince ?? clock.now(),
    deferredFor,
  })
  return { body, attributes, delaySeconds }
}

function withReason(
  { body, attributes, messageId }: Message,
  reason: string,
  { redact = (kept) => kept }: Exit,
): OutgoingMessage {
  return {
    body: redact(body),
    attributes: { ...attributes, [reasonName]: reason, 'lapse-message-id': messageId },
  }
}

function report(
  error: unknown,
  told: LogFields,
  { log, metrics }: { readonly log: Log; readonly metrics: Metrics },
): void {
  const { code, problem } = describe(error)
  if (code === 'ERR_VERIFICATION') metrics.count('VerificationFailures', 1)
  if (error instanceof LapseError && error.configuration) {
    metrics.count('ConfigurationErrors', 1)
    log.error('the deployment is misconfigured', { ...told, code, problem })
    return
  }
  log.warn('not done', { ...told, code, problem })
}

/** What may be said of an error. The message of one that is not ours may hold anything. */
function describe(error: unknown): { readonly code: string; readonly problem: string } {
  if (error instanceof LapseError) return { code: error.code, problem: error.message }
  if (!(error instanceof Error)) return { code: typeof error, problem: 'something was thrown' }
  return { code: error.name, problem: `an unexpected error ${placeOf(error)}` }
}

/** Where an error was made, from its stack and without its message. */
function placeOf({ stack = '', message }: Error): string {
  const frames = stack.slice(stack.indexOf(message) + message.length).split('\n')
  return frames.find((frame) => /^\s+at /.test(frame))?.trim() ?? 'at an unknown place'
}
