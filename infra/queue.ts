import type { Alarm, AlarmTerms } from './alarms.ts'
import type { Key } from './key.ts'
import { policyOf, type Statement } from './policy.ts'

const days = 86_400

/** The most SQS has: a message survives two weeks of an outage, and two more on the DLQ. */
const retentionSeconds = 14 * days

/** Who else than our own functions puts messages on a queue: a service, for one resource. */
export interface Producer {
  readonly service: string
  readonly sourceArn: $util.Input<string>
}

/** A queue of this stage: encrypted, kept as long as SQS can, with the one policy it has. */
export function createQueue(
  name: string,
  key: Key,
  args: Pick<sst.aws.QueueArgs, 'visibilityTimeout' | 'dlq'> = {},
): sst.aws.Queue {
  return new sst.aws.Queue(name, {
    ...args,
    transform: {
      queue: {
        messageRetentionSeconds: retentionSeconds,
        kmsMasterKeyId: key.arn,
        kmsDataKeyReusePeriodSeconds: 3600,
      },
    },
  })
}

/**
 * Where something ends that could not be delivered or processed; the first message is an alarm,
 * unless it is said how long one has to lie there.
 */
export function createDlq(
  name: string,
  key: Key,
  alarm: Alarm,
  patience: Pick<AlarmTerms, 'periodSeconds' | 'periods'> = {},
): sst.aws.Queue {
  const dlq = createQueue(name, key)
  alarm(`${name}Depth`, {
    description: `${name} is not empty; docs/runbook.md#a-dlq-is-not-empty`,
    namespace: 'AWS/SQS',
    metric: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: dlq.nodes.queue.name },
    statistic: 'Maximum',
    ...patience,
  })
  return dlq
}

/**
 * Writes a queue's policy. There is one to a queue, and another one would silently replace it, so
 * every producer is in here.
 */
export function allowProducers(
  name: string,
  queue: sst.aws.Queue,
  producers: readonly Producer[],
): void {
  new aws.sqs.QueuePolicy(`${name}Policy`, {
    queueUrl: queue.url,
    policy: policyOf([
      onlyEncrypted(queue),
      ...producers.map((producer) => mayProduce(queue, producer)),
    ]),
  })
}

function onlyEncrypted({ arn }: sst.aws.Queue): Statement {
  return {
    Sid: 'OnlyEncrypted',
    Effect: 'Deny',
    Principal: '*',
    Action: 'sqs:*',
    Resource: arn,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  }
}

function mayProduce({ arn }: sst.aws.Queue, { service, sourceArn }: Producer): Statement {
  return {
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 'sqs:SendMessage',
    Resource: arn,
    Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
  }
}

/** What sending to queues takes: `SendMessage`, and the key they are encrypted with. */
export function sending(queues: readonly sst.aws.Queue[], key: Key) {
  return [
    { actions: ['sqs:SendMessage'], resources: queues.map(({ arn }) => arn) },
    { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.arn] },
  ]
}
