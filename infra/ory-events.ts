import { policyOf, trust } from './policy.ts'
import { partition, serviceName } from './stage.ts'
import { allowPublishing, createTopic } from './topic.ts'
import {
  type Delivery,
  deliver,
  type Route,
  type UserQueues,
  watchDeliveries,
} from './user-events.ts'

/** The AWS account from which Ory Network publishes its event streams, as Ory documents it. */
const oryAccount = '601538168777'

/**
 * An SNS topic for a project's event stream, and the role that Ory takes to publish to it: Ory's
 * account, and only for this project (its id is the external id).
 */
export function createOryEvents(
  queues: UserQueues,
  terms: Omit<Delivery, 'queue'>,
  projectId: string,
): {
  readonly topic: aws.sns.Topic
  readonly role: aws.iam.Role
  readonly routes: readonly Route[]
  readonly dlqs: Readonly<Record<string, sst.aws.Queue>>
} {
  const { key } = terms
  const topic = createTopic('OryEvents', serviceName('ory-events'), key)
  allowPublishing('OryEvents', topic, [])
  const role = new aws.iam.Role('OryEventsPublisher', {
    description: "Ory Network's event stream",
    assumeRolePolicy: trust(
      { AWS: $interpolate`arn:${partition}:iam::${oryAccount}:root` },
      { StringEquals: { 'sts:ExternalId': projectId } },
    ),
    inlinePolicies: [
      {
        name: 'inline',
        policy: policyOf([
          { Effect: 'Allow', Action: 'sns:Publish', Resource: topic.arn },
          {
            Effect: 'Allow',
            Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
            Resource: key.arn,
            Condition: { StringEquals: { 'kms:EncryptionContext:aws:sns:topicArn': topic.arn } },
          },
        ]),
      },
    ],
  })
  // The stream carries every event of the project; all others are of no concern here.
  const deleted = queues['user.deleted']
  const suspended = queues['user.suspended']
  const deletions = deliver(
    'OryEvents',
    topic,
    { ...terms, queue: deleted },
    { name: ['IdentityDeleted'] },
  )
  const deactivations = deliver(
    'OryUpdates',
    topic,
    { ...terms, queue: suspended },
    { name: ['IdentityUpdated'], eventAttributes: { IdentityActive: [false, 'false'] } },
  )
  watchDeliveries('OryEvents', topic, terms.alarm)
  const routes = [
    { queue: deleted, producer: deletions.producer },
    { queue: suspended, producer: deactivations.producer },
  ]
  const dlqs = { 'ory-events': deletions.dlq, 'ory-updates': deactivations.dlq }
  return { topic, role, routes, dlqs }
}
