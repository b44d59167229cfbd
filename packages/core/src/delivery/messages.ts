import type { Clock, Outbox } from '../ports/index.ts'
import type { Messages } from '../run/index.ts'
import { attributesOf, delaySecondsUntil } from './envelope.ts'
import type { Message } from './message.ts'

/** The queue as a workflow sees it: it knows of no attributes. */
export function messagesOf({ body }: Message, outbox: Outbox, clock: Clock): Messages {
  return {
    send: (derived) => {
      const attributes = attributesOf({ pass: 'first' }, clock.now())
      return outbox.send({ body: derived, attributes })
    },
    followUp: (notBefore, eventKey) => {
      const now = clock.now()
      const attributes = attributesOf({ pass: 'follow-up', notBefore, eventKey }, now)
      return outbox.send({ body, attributes, delaySeconds: delaySecondsUntil(notBefore, now) })
    },
  }
}
