import type { Key } from './key.ts'
import { policyOf, type Statement } from './policy.ts'
import type { ReceiptsLog } from './receipts-log.ts'
import { account, partition, region, secretName, serviceName } from './stage.ts'

/** What is there to be read. */
export interface Readable {
  readonly place: aws.ssm.Parameter
  readonly queues: readonly sst.aws.Queue[]
  readonly table: sst.aws.Dynamo
  readonly ledgerKey: aws.secretsmanager.Secret
  readonly key: Key
  readonly alarms: aws.sns.Topic
  readonly receiptsLog: ReceiptsLog
}

/** What whoever is on call acts on, besides what is read. */
export interface Operable extends Readable {
  /** Where events go. */
  readonly events: readonly sst.aws.Queue[]
  readonly dlqs: readonly sst.aws.Queue[]
  /** Absent where Ory wants no key. */
  readonly oryApiKey: aws.secretsmanager.Secret | undefined
}

/**
 * Three policies for people, which nobody has until somebody attaches them. The reader looks at where
 * things are and how they stand, at receipts and their index; the ledger holds pseudonyms only. The
 * auditor may read the ledger's key as well, and with it make a subject's pseudonym: whoever holds it
 * can try any subject on any receipt. Neither may write, read a message or Ory's key. The operator
 * sends events, looks into the DLQs and clears them; what an operator reads, the auditor's policy gives.
 */
export function createPeoplesPolicies(operable: Operable) {
  const reading = readingAll(operable)
  return {
    reader: policy('Reader', 'Looks at lapse and at receipts, without subjects', reading),
    auditor: policy('Auditor', 'Finds the receipts of a subject, with the key of the ledger', [
      ...reading,
      allow('LedgerKey', ['secretsmanager:GetSecretValue'], [operable.ledgerKey.arn]),
    ]),
    operator: policy(
      'Operator',
      'Sends events and clears DLQs, together with the policy of the auditor',
      operating(operable),
    ),
  }
}

function policy(component: string, description: string, statements: readonly Statement[]) {
  return new aws.iam.Policy(component, {
    name: serviceName(component.toLowerCase()),
    description,
    policy: policyOf(statements),
  })
}

function readingAll({
  place,
  queues,
  table,
  key,
  alarms,
  receiptsLog,
}: Readable): readonly Statement[] {
  const named = (service: string, rest: string) =>
    $interpolate`arn:${partition}:${service}:${region}:${account}:${rest}`
  return [
    allow('Place', ['ssm:GetParameter'], [place.arn]),
    allow(
      'Queues',
      ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
      queues.map(({ arn }) => arn),
    ),
    allow(
      'Ledger',
      [
        'dynamodb:BatchGetItem',
        'dynamodb:DescribeContinuousBackups',
        'dynamodb:DescribeTable',
        'dynamodb:DescribeTimeToLive',
        'dynamodb:GetItem',
        'dynamodb:Query',
      ],
      [table.arn, $interpolate`${table.arn}/index/*`],
    ),
    // The ledger, and what functions are told, are encrypted.
    allow(
      'Key',
      ['kms:Decrypt', 'kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus'],
      [key.arn],
    ),
    allow(
      'ReceiptsLog',
      ['s3:GetObject', 's3:ListBucket'],
      [receiptsLog.bucket.arn, $interpolate`${receiptsLog.bucket.arn}/${receiptsLog.origin}/*`],
    ),
    allow('ReceiptsLogKey', ['kms:GetPublicKey'], [receiptsLog.signing.arn]),
    allow(
      'Functions',
      ['lambda:GetFunctionConfiguration'],
      [named('lambda', `function:${serviceName('*')}`)],
    ),
    allow(
      'Secrets',
      ['secretsmanager:DescribeSecret'],
      [named('secretsmanager', `secret:${secretName('*')}`)],
    ),
    allow('Alarms', ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic'], [alarms.arn]),
    // AWS knows no narrower resource for these.
    allow(
      'Lists',
      ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData', 'lambda:ListEventSourceMappings'],
      ['*'],
    ),
  ]
}

/**
 * A dead letter that is closed leaves a receipt and its mark in the ledger, and what is asked of Ory
 * is booked there; nothing of it is deleted.
 */
function operating({ events, dlqs, table, key, oryApiKey }: Operable): readonly Statement[] {
  return [
    allow(
      'Events',
      ['sqs:SendMessage'],
      events.map(({ arn }) => arn),
    ),
    allow(
      'DeadLetters',
      ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:ReceiveMessage'],
      dlqs.map(({ arn }) => arn),
    ),
    allow('Ledger', ['dynamodb:PutItem'], [table.arn]),
    allow('Key', ['kms:GenerateDataKey'], [key.arn]),
    ...(oryApiKey ? [allow('OryKey', ['secretsmanager:GetSecretValue'], [oryApiKey.arn])] : []),
  ]
}

function allow(
  Sid: string,
  Action: readonly string[],
  Resource: readonly $util.Input<string>[],
): Statement {
  return { Sid, Effect: 'Allow', Action, Resource }
}
