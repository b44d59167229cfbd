import type { LapseError } from '../errors.ts'
import {
  type Allowance,
  type Derivation,
  run,
  type Services,
  type WorkflowEvent,
} from '../run/index.ts'
import { admittedLane } from './admitted-lane.ts'
import { type CleanMessage, cleanMessage, readEvent } from './clean-message.ts'
import { hop } from './copies.ts'
import { comesBack, dispositionOf } from './disposition.ts'
import { type Envelope, isCalledDerived } from './envelope.ts'
import { handleFailure } from './handle-failure.ts'
import { isReplaced, rid, tellOfSecret } from './leaked-secret.ts'
import type { Delivered, Message } from './message.ts'
import { messagesOf } from './messages.ts'
import { type Said, saidOf, unverified, verified } from './said.ts'
import type { Worker } from './worker.ts'

/** What is learnt of a message while it is processed. */
interface Progress {
  said: Said
  made: boolean
}

/**
 * Processes one message. Never throws: whatever happens, the message is done, safe elsewhere, or
 * left on its queue. Nobody gets to see a secret that it holds.
 */
export async function deliver<Event extends WorkflowEvent, Observation, Needs extends Services>(
  received: Message,
  allowance: Allowance,
  worker: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  const message = cleanMessage(received)
  const progress: Progress = { said: unverified(message, worker.clock.now()), made: false }
  try {
    return await process(message, progress, allowance, worker)
  } catch (error) {
    const delivered = await handleFailure(error, message, leftOf(progress), worker)
    return delivered === 'retry' ? rid(message, worker) : delivered
  }
}

/** Defers a message that there is no time to begin. */
export async function postpone<Event extends WorkflowEvent, Observation, Needs extends Services>(
  received: Message,
  error: LapseError,
  worker: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  const message = cleanMessage(received)
  return handleFailure(error, message, unverified(message, worker.clock.now()), worker)
}

/** What got anywhere has waited for something: its time begins anew. */
function leftOf({ said, made }: Progress): Said {
  return made ? { ...said, envelope: { ...said.envelope, waiting: undefined } } : said
}

async function process<Event extends WorkflowEvent, Observation, Needs extends Services>(
  message: CleanMessage,
  progress: Progress,
  allowance: Allowance,
  worker: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  const { clock, outbox, log, metrics } = worker
  if (message.heldSecret) tellOfSecret(message, worker)
  const source = worker.passesOver?.(message.body)
  if (source !== undefined) return passOver(message, source, worker)

  const isOurs = worker.parseDerived !== undefined && isCalledDerived(message)
  const readAtOnce = isOurs ? undefined : readEvent(message, worker)
  // Whoever died with it would leave it to be moved as it is.
  if (message.heldSecret && (message.receiveCount ?? 1) > 1 && (await isReplaced(message, worker)))
    return 'acknowledge'

  const services = await worker.services()
  const { isWhole, ...said } = verified(message, services)
  progress.said = said
  if (!isWhole) tellOfDoubt(message, worker)

  const { derived } = said.envelope
  const read = readAtOnce ?? readEvent(message, { parse: readerOf(derived, worker) })
  const lane = admittedLane(message, read, worker)
  // What it sends on says the lane that it is in, and not the one that it claims.
  const event = { ...read, lane, ...(derived !== undefined && { derived }) }
  const workflow = worker.workflow(event)
  const envelope = await saidOf(message, said, { workflow, event, services })
  progress.said = { ...said, envelope }
  if (dueAt(envelope) > clock.now()) return hop(message, progress.said, dueAt(envelope), worker)

  const { pass, eventKey, waiting, copies } = envelope
  const { ledgerKey } = services
  const delivery = {
    ...allowance,
    progressed: () => {
      progress.made = true
    },
    comesBack: (error: unknown, isFurther: boolean) => {
      const now = clock.now()
      const left = leftOf({ ...progress, made: progress.made || isFurther })
      return comesBack(dispositionOf(error, left.envelope.waiting, now), now)
    },
    pass,
    lane,
    isFresh: message.receiveCount === 1 && copies === 0,
    messages: messagesOf(message, { envelope, ledgerKey, outbox, clock }),
    ...(eventKey !== undefined && { key: eventKey }),
    ...(waiting !== undefined && { putOff: waiting }),
  }
  const { receipt, duplicate } = await run(workflow, event, delivery, services)
  if (duplicate) metrics.count('Duplicates', 1)
  const fields = { message_id: message.messageId, receipt }
  log.info(duplicate ? 'done before; nothing is done again' : 'done', fields)
  return 'acknowledge'
}

/** What only calls itself derived reads as whoever sent it would have it read. */
function readerOf<Event extends WorkflowEvent, Observation, Needs extends Services>(
  derived: Derivation | undefined,
  { parse, parseDerived = parse }: Worker<Event, Observation, Needs>,
): (body: string) => Event {
  return derived === undefined ? parse : parseDerived
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

/** Somebody said something in our name, or a copy was made without the ledger key. */
function tellOfDoubt<Event extends WorkflowEvent, Observation, Needs extends Services>(
  { messageId }: Message,
  { log, metrics }: Worker<Event, Observation, Needs>,
): void {
  metrics.count('AttributesNotBelieved', 1)
  log.warn('what the attributes say is not borne out by their seal, and does not count', {
    message_id: messageId,
  })
}
