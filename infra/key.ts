import { policyOf, type Statement } from './policy.ts'
import { account, permanent, region } from './stage.ts'
import { userEventsTopicArn } from './user-events.ts'

/** The one key that queues, topics, the ledger and secrets are encrypted with. */
export type Key = aws.kms.Key

export function createKey(publishers: readonly string[]): Key {
  return new aws.kms.Key(
    'Key',
    {
      description: `${$app.name} ${$app.stage}: queues, topics, ledger and secrets`,
      enableKeyRotation: true,
      policy: policyOf([
        accountItself(),
        services(['sns.amazonaws.com', 'cloudwatch.amazonaws.com']),
        eventBridge(),
        ...(publishers.length > 0 ? [throughSns(publishers)] : []),
      ]),
    },
    // Without it, what it encrypted is gone.
    { retainOnDelete: permanent },
  )
}

/** Has IAM decide within the account; a key without it can end up with nobody to administer it. */
function accountItself(): Statement {
  return {
    Sid: 'Account',
    Effect: 'Allow',
    Principal: { AWS: $interpolate`arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  }
}

/** Services that deliver into encrypted queues and topics, for resources of this account only. */
function services(names: readonly string[]): Statement {
  return using('Delivery', { Service: names }, { 'aws:SourceAccount': account })
}

/**
 * EventBridge delivers into encrypted queues without saying for which account: its guide for
 * encrypted targets has no condition. Which rule may deliver stands in each queue's policy.
 */
function eventBridge(): Statement {
  return using('EventBridge', { Service: 'events.amazonaws.com' })
}

/** Publishers of other accounts need the key as well, to publish to the one topic that is theirs. */
function throughSns(publishers: readonly string[]): Statement {
  return using(
    'Publishers',
    { AWS: publishers },
    {
      'kms:ViaService': $interpolate`sns.${region}.amazonaws.com`,
      'kms:EncryptionContext:aws:sns:topicArn': userEventsTopicArn,
    },
  )
}

/** Lets somebody use the key where it is for what they are trusted with. */
function using(
  Sid: string,
  Principal: NonNullable<Statement['Principal']>,
  StringEquals?: NonNullable<Statement['Condition']>[string],
): Statement {
  return {
    Sid,
    Effect: 'Allow',
    Principal,
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: '*',
    ...(StringEquals && { Condition: { StringEquals } }),
  }
}
