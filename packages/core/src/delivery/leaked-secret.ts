import type { Services, WorkflowEvent } from '../run/index.ts'
import type { CleanMessage } from './clean-message.ts'
import { isRefused, stubOf } from './dead-letter.ts'
import { codeOf } from './describe-error.ts'
import { carriedAttributes } from './envelope.ts'
import type { Delivered } from './message.ts'
import type { Worker } from './worker.ts'

type Replaced = 'yes' | 'refused' | 'not-now'

/** Whether a copy without the secret is on the queue in the message's place. */
export async function isReplaced<Event extends WorkflowEvent, Observation, Needs extends Services>(
  message: CleanMessage,
  worker: Worker<Event, Observation, Needs>,
): Promise<boolean> {
  return (await replace(message, worker)) === 'yes'
}

/**
 * What becomes of a message that would stay on its queue: SQS would move it to the DLQ as it was
 * received. Where it held a secret, a copy without it takes its place, or else a stub on the DLQ;
 * then it goes, as keeping it were the greater harm. Where nothing can be sent it stays.
 */
export async function rid<Event extends WorkflowEvent, Observation, Needs extends Services>(
  message: CleanMessage,
  worker: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  if (!message.heldSecret) return 'retry'
  const replaced = await replace(message, worker)
  if (replaced !== 'refused') return replaced === 'yes' ? 'acknowledge' : 'retry'
  try {
    await worker.outbox.deadLetter(
      stubOf(message, 'holds-a-secret: no copy could be made without it'),
    )
    worker.metrics.count('DeadLettered', 1)
    worker.metrics.count('EventsGivenUp', 1)
    return 'acknowledge'
  } catch (failure) {
    tell('a secret could not be taken off the queue', message, failure, worker)
    return 'retry'
  }
}

/** Somebody has to replace it: it was on a queue. */
export function tellOfSecret<Event extends WorkflowEvent, Observation, Needs extends Services>(
  { messageId }: CleanMessage,
  { log, metrics }: Worker<Event, Observation, Needs>,
): void {
  metrics.count('SecretsRedacted', 1)
  log.warn('the message holds a secret, which is kept nowhere; replace it at its publisher', {
    message_id: messageId,
  })
}

async function replace<Event extends WorkflowEvent, Observation, Needs extends Services>(
  message: CleanMessage,
  worker: Worker<Event, Observation, Needs>,
): Promise<Replaced> {
  const attributes = carriedAttributes(message, undefined, worker.clock.now())
  try {
    await worker.outbox.send({ body: message.body, attributes })
    return 'yes'
  } catch (failure) {
    tell('no copy could be made without the secret', message, failure, worker)
    return isRefused(failure) ? 'refused' : 'not-now'
  }
}

function tell<Event extends WorkflowEvent, Observation, Needs extends Services>(
  what: string,
  { messageId }: CleanMessage,
  failure: unknown,
  { log }: Worker<Event, Observation, Needs>,
): void {
  log.error(what, { message_id: messageId, code: codeOf(failure) })
}
