import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'

/** Messages on a queue. */
export interface Waiting {
  /** Received, or to be received at once. */
  readonly inHand: number
  /** To be received later. */
  readonly later: number
}

export async function waitingOn(sqs: SQSClient, QueueUrl: string): Promise<Waiting> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  )
  const { ApproximateNumberOfMessages: visible, ...others } = Attributes
  return {
    inHand: Number(visible) + Number(others.ApproximateNumberOfMessagesNotVisible),
    later: Number(others.ApproximateNumberOfMessagesDelayed),
  }
}

/** Sends a `user.deleted` for every subject. */
export async function sendDeletions(
  sqs: SQSClient,
  QueueUrl: string,
  subjects: readonly string[],
): Promise<void> {
  for (let from = 0; from < subjects.length; from += 10)
    await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: subjects.slice(from, from + 10).map((subject, n) => ({
          Id: String(n),
          MessageBody: JSON.stringify({
            specversion: '1.0',
            type: 'user.deleted',
            id: `end of ${subject}`,
            source: 'test',
            time: new Date().toISOString(),
            data: { subject },
          }),
        })),
      }),
    )
}

/** How many letters are on a DLQ, by their reasons. */
export async function lettersOn(
  sqs: SQSClient,
  QueueUrl: string,
): Promise<Readonly<Record<string, number>>> {
  const reasons: Record<string, number> = {}
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        VisibilityTimeout: 600,
      }),
    )
    if (Messages.length === 0) return reasons
    for (const { MessageAttributes = {} } of Messages) {
      const reason = MessageAttributes['lapse-reason']?.StringValue ?? 'max-receives'
      reasons[reason] = (reasons[reason] ?? 0) + 1
    }
  }
}
