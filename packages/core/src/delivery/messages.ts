import type { Clock, Outbox } from '../ports/index.ts'
import type { Messages } from '../run/index.ts'
import { attributesOf, delaySecondsUntil, type Envelope } from './envelope.ts'
import type { Message } from './message.ts'

/** What is said of the message that is processed, and the key to say something of another. */
interface Sender {
  readonly envelope: Envelope
  readonly ledgerKey: Uint8Array
  readonly outbox: Outbox
  readonly clock: Clock
}

/** The queue as a workflow sees it: it knows of no attributes. */
export function messagesOf(
  { body }: Message,
  { envelope, ledgerKey, outbox, clock }: Sender,
): Messages {
  const copies = envelope.copies + 1
  return {
    send: (body, derived) => {
      const said = { pass: 'first', derived, copies } as const
      return outbox.send({
        body,
        attributes: attributesOf(said, { body, ledgerKey, now: clock.now() }),
      })
    },
    followUp: (notBefore, eventKey) => {
      const now = clock.now()
      const { derived } = envelope
      const said = { pass: 'follow-up', notBefore, eventKey, derived, copies } as const
      const attributes = attributesOf(said, { body, ledgerKey, now })
      return outbox.send({ body, attributes, delaySeconds: delaySecondsUntil(notBefore, now) })
    },
  }
}
