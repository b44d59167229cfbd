import type { Key } from './key.ts'
import { policyOf, type Statement } from './policy.ts'

/** A topic under the stage's key; its policy is written by whoever knows who publishes to it. */
export function createTopic(component: string, name: string, key: Key): aws.sns.Topic {
  return new aws.sns.Topic(component, { name, kmsMasterKeyId: key.arn })
}

/** Writes a topic's policy, of which there is one: nothing is published in the clear. */
export function allowPublishing(
  component: string,
  { arn }: aws.sns.Topic,
  statements: readonly Statement[],
): void {
  new aws.sns.TopicPolicy(`${component}Policy`, {
    arn,
    policy: policyOf([
      {
        Sid: 'OnlyEncrypted',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: arn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      ...statements,
    ]),
  })
}
