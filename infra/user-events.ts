import type { Alarm } from './alarms.ts'
import type { Key } from './key.ts'
import { policyOf, type Statement } from './policy.ts'
import { allowProducers, createDlq, type Producer } from './queue.ts'
import { account, componentName, partition, region, serviceName } from './stage.ts'
import { allowPublishing, createTopic } from './topic.ts'

/** What a source of events delivers to, and how. */
export interface Delivery {
  readonly queue: sst.aws.Queue
  readonly key: Key
  readonly alarm: Alarm
}

/** Who delivers to the queue, and where what could not be delivered ends. */
export interface Delivering {
  readonly producer: Producer
  readonly dlq: sst.aws.Queue
}

const topicName = serviceName('user-events')

/** The topic's ARN by its name: the key that encrypts the topic names it, and is made first. */
export const userEventsTopicArn = $interpolate`arn:${partition}:sns:${region}:${account}:${topicName}`

/**
 * An SNS topic that publishers say `user.deleted` to. Everything that is published goes to the
 * queue: what is not understood there is on the DLQ with its reason, and not lost to a filter.
 */
export function createUserEventsTopic(
  { queue, key, alarm }: Delivery,
  publishers: readonly string[],
): { readonly topic: aws.sns.Topic } & Delivering {
  const topic = createTopic('UserEvents', topicName, key)
  allowPublishing('UserEvents', topic, publishing(publishers, 'sns:Publish', topic.arn))
  watchDeliveries('UserEvents', topic, alarm)
  return { topic, ...deliver('UserEvents', topic, { queue, key, alarm }) }
}

/** Subscribes a queue to a topic, with a DLQ for what cannot be delivered. */
export function deliver(
  name: string,
  topic: aws.sns.Topic,
  { queue, key, alarm }: Delivery,
  filter?: Readonly<Record<string, unknown>>,
): Delivering {
  const dlq = createDlq(`${name}Dlq`, key, alarm)
  const producer = { service: 'sns.amazonaws.com', sourceArn: topic.arn }
  allowProducers(`${name}Dlq`, dlq, [producer])
  new aws.sns.TopicSubscription(`${name}Subscription`, {
    topic: topic.arn,
    protocol: 'sqs',
    endpoint: queue.arn,
    rawMessageDelivery: true,
    redrivePolicy: $jsonStringify({ deadLetterTargetArn: dlq.arn }),
    ...(filter && { filterPolicyScope: 'MessageBody', filterPolicy: JSON.stringify(filter) }),
  })
  return { producer, dlq }
}

/** An alarm on what of a topic went nowhere, not even to a DLQ, whichever queue it was for. */
export function watchDeliveries(name: string, topic: aws.sns.Topic, alarm: Alarm): void {
  alarm(`${name}Lost`, {
    description: `${name}: SNS could deliver neither to the queue nor to the DLQ; docs/runbook.md#deliveries-are-lost`,
    namespace: 'AWS/SNS',
    metric: 'NumberOfNotificationsFailedToRedriveToDlq',
    dimensions: { TopicName: topic.name },
  })
}

/** The queue that each event about a user is for. */
export type UserQueues = Readonly<
  Record<'user.deleted' | 'user.suspended' | 'user.signed-out', sst.aws.Queue>
>

/** An event bus that publishers put events about users on, and the rules that have them delivered. */
export function createUserEventsBus(
  queues: UserQueues,
  { key, alarm }: Omit<Delivery, 'queue'>,
  publishers: readonly string[],
): {
  readonly bus: aws.cloudwatch.EventBus
  readonly routes: readonly Route[]
  readonly dlq: sst.aws.Queue
} {
  const bus = new aws.cloudwatch.EventBus('UserEventsBus', { name: serviceName('user-events') })
  if (publishers.length > 0)
    new aws.cloudwatch.EventBusPolicy('UserEventsBusPolicy', {
      eventBusName: bus.name,
      policy: policyOf(publishing(publishers, 'events:PutEvents', bus.arn)),
    })
  const dlq = createDlq('UserEventsRuleDlq', key, alarm)
  const routes = Object.entries(queues).map(([type, queue]) => {
    const route = { name: ruleName(type), type, queue }
    return { queue, producer: routeTo(route, { bus, dlq, alarm }) }
  })
  allowProducers(
    'UserEventsRuleDlq',
    dlq,
    routes.map(({ producer }) => producer),
  )
  return { bus, routes, dlq }
}

/** A queue, and what puts messages on it. */
export interface Route {
  readonly queue: sst.aws.Queue
  readonly producer: Producer
}

/** The rule for `user.deleted` was there before there were others. */
function ruleName(type: string): string {
  return type === 'user.deleted' ? 'UserEventsRule' : `${componentName(type.replace('.', '-'))}Rule`
}

interface Rule {
  readonly name: string
  readonly type: string
  readonly queue: sst.aws.Queue
}

/** Has events of one type delivered to its queue. */
function routeTo(
  { name, type, queue }: Rule,
  {
    bus,
    dlq,
    alarm,
  }: {
    readonly bus: aws.cloudwatch.EventBus
    readonly dlq: sst.aws.Queue
    readonly alarm: Alarm
  },
): Producer {
  const rule = new aws.cloudwatch.EventRule(name, {
    eventBusName: bus.name,
    description: `${type} goes to its queue`,
    eventPattern: JSON.stringify({ 'detail-type': [type] }),
  })
  new aws.cloudwatch.EventTarget(`${name.replace(/Rule$/, '')}Target`, {
    eventBusName: bus.name,
    rule: rule.name,
    arn: queue.arn,
    deadLetterConfig: { arn: dlq.arn },
    retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
  })
  alarm(`${name}Lost`, {
    description:
      'EventBridge could deliver neither to the queue nor to the DLQ; docs/runbook.md#deliveries-are-lost',
    namespace: 'AWS/Events',
    metric: 'InvocationsFailedToBeSentToDlq',
    dimensions: { EventBusName: bus.name, RuleName: rule.name },
  })
  return { service: 'events.amazonaws.com', sourceArn: rule.arn }
}

/** Lets publishers, if there are any, do the one thing that they are there for. */
function publishing(
  publishers: readonly string[],
  action: string,
  resource: $util.Output<string>,
): readonly Statement[] {
  if (publishers.length === 0) return []
  return [
    {
      Sid: 'Publishers',
      Effect: 'Allow',
      Principal: { AWS: publishers },
      Action: action,
      Resource: resource,
    },
  ]
}
