import type { Delivered, Message } from '@lapse/core/delivery'
import type { Outbox, OutgoingMessage } from '@lapse/core/ports'
import type { ManualClock } from '@lapse/core/testing'

/** As the stack sets them: how long a received message is hidden, and how often it is received. */
const visibilityTimeoutMs = 360_000
const maxReceiveCount = 5

interface Queued {
  readonly message: Message & { readonly sentAt: number }
  visibleAt: number
  receives: number
}

/** A queue that counts receives and moves what fails too often, in the time of a manual clock. */
export interface SqsQueue extends Outbox {
  readonly deadLetters: readonly OutgoingMessage[]
  /** What SQS itself moved to the DLQ. */
  readonly moved: readonly Message[]
  /** How often messages were received again because their delivery had failed. */
  readonly receivesBurnt: number
  /** Lets time pass until a message can be received, and processes that; `false` where none is left. */
  processNext(processMessage: (message: Message) => Promise<Delivered>): Promise<boolean>
}

export function sqsQueue(clock: ManualClock): SqsQueue {
  const queued = new Set<Queued>()
  const deadLetters: OutgoingMessage[] = []
  const moved: Message[] = []
  const state = { sent: 0, receivesBurnt: 0 }

  function fail(received: Queued): void {
    state.receivesBurnt += 1
    received.visibleAt = clock.now() + visibilityTimeoutMs
    if (received.receives < maxReceiveCount) return
    queued.delete(received)
    moved.push(received.message)
  }

  return {
    deadLetters,
    moved,
    get receivesBurnt() {
      return state.receivesBurnt
    },
    async send({ body, attributes, delaySeconds = 0 }) {
      state.sent += 1
      const sentAt = clock.now()
      const message = { messageId: `m-${state.sent}`, body, attributes, sentAt }
      queued.add({ message, visibleAt: sentAt + delaySeconds * 1000, receives: 0 })
    },
    async deadLetter(message) {
      deadLetters.push(message)
    },
    async processNext(processMessage) {
      const [next] = [...queued].sort((one, other) => one.visibleAt - other.visibleAt)
      if (next === undefined) return false
      clock.advance(Math.max(0, next.visibleAt - clock.now()))
      next.receives += 1
      const { message, receives } = next
      const delivered = await processMessage({ ...message, receiveCount: receives })
      if (delivered === 'acknowledge') queued.delete(next)
      else fail(next)
      return true
    },
  }
}
