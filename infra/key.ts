import { policyOf, type Statement } from './policy.ts'
import { account, dnsSuffix, partition, permanent, region, serviceName } from './stage.ts'

/** The one key that queues, topics, the ledger, secrets, logs and environments are encrypted with. */
export type Key = aws.kms.Key

/** Who publishes to a topic from elsewhere, and to which. */
export interface Publishing {
  readonly publishers: readonly string[]
  readonly topicArn: $util.Input<string>
}

export function createKey({ publishers, topicArn }: Publishing): Key {
  return new aws.kms.Key(
    'Key',
    {
      description: `${$app.name} ${$app.stage}: queues, topics, ledger, secrets, logs and environments`,
      enableKeyRotation: true,
      policy: policyOf([
        accountItself(),
        services(['sns.amazonaws.com', 'cloudwatch.amazonaws.com']),
        eventBridge(),
        logs(),
        ...(publishers.length > 0 ? [throughSns({ publishers, topicArn })] : []),
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
    Principal: { AWS: $interpolate`arn:${partition}:iam::${account}:root` },
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

/** What CloudWatch Logs asks for, for the log groups of this stage's functions. */
function logs(): Statement {
  const groups = `log-group:/aws/lambda/${serviceName('*')}`
  return {
    Sid: 'Logs',
    Effect: 'Allow',
    Principal: { Service: $interpolate`logs.${region}.${dnsSuffix}` },
    Action: [
      'kms:Decrypt',
      'kms:Describe*',
      'kms:Encrypt',
      'kms:GenerateDataKey*',
      'kms:ReEncrypt*',
    ],
    Resource: '*',
    Condition: {
      ArnLike: {
        'kms:EncryptionContext:aws:logs:arn': $interpolate`arn:${partition}:logs:${region}:${account}:${groups}`,
      },
    },
  }
}

/** Publishers of other accounts need the key as well, to publish to the one topic that is theirs. */
function throughSns({ publishers, topicArn }: Publishing): Statement {
  return using(
    'Publishers',
    { AWS: publishers },
    {
      'kms:ViaService': $interpolate`sns.${region}.${dnsSuffix}`,
      'kms:EncryptionContext:aws:sns:topicArn': topicArn,
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
