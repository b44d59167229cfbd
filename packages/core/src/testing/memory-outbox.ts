import type { Outbox, OutgoingMessage } from '../ports/index.ts'

/** An outbox that keeps what it was given. */
export interface MemoryOutbox extends Outbox {
  readonly sent: OutgoingMessage[]
  readonly deadLetters: OutgoingMessage[]
}

export function memoryOutbox(): MemoryOutbox {
  const sent: OutgoingMessage[] = []
  const deadLetters: OutgoingMessage[] = []
  return {
    sent,
    deadLetters,
    async send(message) {
      sent.push(message)
    },
    async deadLetter(message) {
      deadLetters.push(message)
    },
  }
}
