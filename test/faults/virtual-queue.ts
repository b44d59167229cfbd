import type { Message } from '@lapse/core/delivery'
import type { Outbox, OutgoingMessage } from '@lapse/core/ports'
import type { ManualClock } from '@lapse/core/testing'

interface Queued extends Message {
  readonly visibleAt: number
}

/**
 * A standard queue in memory: at least once, in no order, with delays that follow a manual clock. What
 * it says of how often a message was received is always too few, as SQS's count may be.
 */
export interface VirtualQueue extends Outbox {
  readonly deadLetters: readonly OutgoingMessage[]
  /** Messages that can be received now. */
  visible(): readonly Message[]
  /** Takes a message out; whoever dies with it must have it put back. */
  take(messageId: string): Message
  putBack(message: Message): void
  isEmpty(): boolean
  /** Lets time pass until the next delayed message can be received. */
  waitForNext(): void
}

export function virtualQueue(clock: ManualClock): VirtualQueue {
  const queued = new Map<string, Queued>()
  const deadLetters: OutgoingMessage[] = []
  const state = { sent: 0 }
  const add = (message: Message, visibleAt: number) => {
    queued.set(message.messageId, { ...message, visibleAt })
  }
  const visible = () => [...queued.values()].filter(({ visibleAt }) => visibleAt <= clock.now())
  return {
    deadLetters,
    visible,
    take(messageId) {
      const message = queued.get(messageId)
      if (message === undefined) throw new Error(`no message ${messageId}`)
      queued.delete(messageId)
      return message
    },
    putBack: (message) => add(message, clock.now()),
    isEmpty: () => queued.size === 0,
    waitForNext() {
      if (visible().length > 0) return
      const next = Math.min(...[...queued.values()].map(({ visibleAt }) => visibleAt))
      clock.advance(next - clock.now())
    },
    async send({ body, attributes, delaySeconds = 0 }) {
      state.sent += 1
      add(
        { messageId: `m-${state.sent}`, body, attributes, receiveCount: 1 },
        clock.now() + delaySeconds * 1000,
      )
    },
    async deadLetter(message) {
      deadLetters.push(message)
    },
  }
}
