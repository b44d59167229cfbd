import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'

/** A queue and where its messages go when they have been received too often. */
export interface QueueOptions {
  /** The DLQ is called the same with `-dlq` behind it. */
  readonly name: string
  /** How long a received message is hidden, in whole seconds. */
  readonly visibilityTimeoutSeconds: number
  /** After this many receives the next one moves the message to the DLQ. */
  readonly maxReceiveCount: number
}

/** A queue that exists. */
export interface Queue {
  readonly name: string
  readonly url: string
  readonly arn: string
}

/** The longest retention SQS knows, 14 days: what reaches a DLQ waits for a person. */
const RETENTION_SECONDS = String(14 * 86_400)

/** Creates a queue with its DLQ and the redrive policy between them. */
export async function createQueueWithDlq(
  sqs: SQSClient,
  options: QueueOptions,
): Promise<{ readonly queue: Queue; readonly dlq: Queue }> {
  const dlq = await createQueue(sqs, `${options.name}-dlq`, {})
  const queue = await createQueue(sqs, options.name, {
    VisibilityTimeout: String(options.visibilityTimeoutSeconds),
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: dlq.arn,
      maxReceiveCount: options.maxReceiveCount,
    }),
  })
  return { queue, dlq }
}

async function createQueue(
  sqs: SQSClient,
  name: string,
  attributes: Readonly<Record<string, string>>,
): Promise<Queue> {
  const Attributes = { MessageRetentionPeriod: RETENTION_SECONDS, ...attributes }
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }))
  const url = String(QueueUrl)
  const described = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  )
  return { name, url, arn: String(described.Attributes?.['QueueArn']) }
}
