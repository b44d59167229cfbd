import type { Services, WorkflowEvent } from '../run/index.ts'
import { delaySecondsUntil, longestDelaySeconds } from './envelope.ts'
import type { Delivered, Message } from './message.ts'
import { type Said, saidByCopy } from './said.ts'
import { deferAgain, secondsWaited, type Waiting } from './waiting.ts'
import type { Worker } from './worker.ts'

/** Puts a message that is not due yet through the queue's delay once more. */
export async function hop<Event extends WorkflowEvent, Observation, Needs extends Services>(
  message: Message,
  said: Said,
  due: number,
  { clock, outbox, metrics }: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  const now = clock.now()
  const { waiting } = said.envelope
  if (waiting !== undefined) metrics.waiting(waiting.cause, secondsWaited(waiting, now))
  await outbox.send({
    body: message.body,
    attributes: saidByCopy(message, said, waiting, now),
    delaySeconds: delaySecondsUntil(due, now),
  })
  return 'acknowledge'
}

/** Sends a copy that comes back later; whether it is sent or not, the wait is heard of. */
export async function defer<Event extends WorkflowEvent, Observation, Needs extends Services>(
  message: Message,
  said: Said,
  { cause, code, seconds }: Pick<Waiting, 'cause' | 'code'> & { readonly seconds: number },
  { clock, outbox, metrics }: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  const now = clock.now()
  const due = now + seconds * 1000
  const until = seconds > longestDelaySeconds ? due : undefined
  const waiting = deferAgain(said.envelope.waiting, { cause, code, until, expected: due }, now)
  metrics.waiting(cause, secondsWaited(waiting, now))
  await outbox.send({
    body: message.body,
    attributes: saidByCopy(message, said, waiting, now),
    delaySeconds: delaySecondsUntil(due, now),
  })
  metrics.count('Deferred', 1)
  return 'acknowledge'
}
