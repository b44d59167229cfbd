import type { MessageAttributeValue } from '@aws-sdk/client-sqs'
import type { Attributes } from '@lapse/core/ports'

/** A message on a DLQ, as SQS gave it out. */
export interface Letter {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  /** Of every type, as they are. */
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>
  /** Those of type String. */
  readonly texts: Attributes
  /** Milliseconds since the epoch: when lapse put it there, or, of what SQS moved, when it was sent. */
  readonly sentAt: number
}

/** What is sent in place of a letter. */
export type Copy = Pick<Letter, 'body' | 'attributes'>

/** What can be done with a DLQ. Everything but `remove` leaves its messages where they are. */
export interface Dlq {
  /** Messages that nobody else has just now, hidden for a minute; none where there are none. */
  receive(): Promise<readonly Letter[]>
  /** Deletes one for good. */
  remove(letter: Letter): Promise<void>
  /** Lets others have them again at once. */
  release(letters: readonly Pick<Letter, 'messageId' | 'receiptHandle'>[]): Promise<void>
}
