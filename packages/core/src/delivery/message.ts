import type { Attributes } from '../ports/index.ts'

/** A message as it came off the queue. */
export interface Message {
  readonly messageId: string
  readonly body: string
  /** Its attributes of type String. */
  readonly attributes: Attributes
  /** When it was put on the queue, by SQS's clock, in milliseconds since the epoch. */
  readonly sentAt?: number | undefined
  /** How often it was received, this time included. */
  readonly receiveCount?: number | undefined
}

/** Whether the queue may forget the message: it is done, or a copy of it is safe elsewhere. */
export type Delivered = 'acknowledge' | 'retry'
