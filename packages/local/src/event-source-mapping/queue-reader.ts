import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'

/** SQS gives, and takes back, at most ten messages in one call. */
const MAX_PER_CALL = 10

/** SQS waits at most this long for a message, in seconds. */
const LONGEST_POLL = 20

/** One queue, as its only consumer sees it. */
export interface QueueReader {
  /** Up to `room` messages, waited for up to `waitMs`; waits shorter than a second do not wait. */
  receive(room: number, waitMs: number, signal: AbortSignal): Promise<readonly Message[]>
  /** Deletes messages; rejects if one of them could not be deleted. */
  remove(messages: readonly Message[]): Promise<void>
}

/** Reads one queue through the official client, asking for everything a function may want to see. */
export function createQueueReader(sqs: SQSClient, queueUrl: string): QueueReader {
  async function receive(room: number, waitMs: number, abortSignal: AbortSignal) {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: Math.min(room, MAX_PER_CALL),
      WaitTimeSeconds: Math.min(Math.floor(waitMs / 1000), LONGEST_POLL),
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    })
    const { Messages } = await sqs.send(command, { abortSignal })
    return Messages ?? []
  }

  async function remove(messages: readonly Message[]): Promise<void> {
    for (let from = 0; from < messages.length; from += MAX_PER_CALL) {
      await removeBatch(sqs, queueUrl, messages.slice(from, from + MAX_PER_CALL))
    }
  }

  return { receive, remove }
}

async function removeBatch(
  sqs: SQSClient,
  QueueUrl: string,
  messages: readonly Message[],
): Promise<void> {
  const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
  const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
  if (Failed.length > 0) {
    throw new Error(`${Failed.length} messages could not be deleted: ${Failed[0]?.Message}`)
  }
}
