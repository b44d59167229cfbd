/** What travels beside a body, in SQS message attributes of type String. */
export type Attributes = Readonly<Record<string, string>>

/** A message to be put on a queue. */
export interface OutgoingMessage {
  /** Byte for byte what was received. */
  readonly body: string
  readonly attributes: Attributes
  /** Seconds, 0 to 900: the longest a queue delays. */
  readonly delaySeconds?: number
}

/** The way back onto the workflow's own queue, and to its DLQ. */
export interface Outbox {
  /** Puts a copy on the queue; returns only when the queue has it. */
  send(message: OutgoingMessage): Promise<void>
  /** Puts a copy on the DLQ; returns only when the DLQ has it. */
  deadLetter(message: OutgoingMessage): Promise<void>
}
