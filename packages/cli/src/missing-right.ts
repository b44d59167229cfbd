import { missingRight } from '@lapse/aws/misconfiguration'

/** A managed policy that the stack makes for people, and rights of which it has those that commands use. */
interface Holder {
  readonly policy: 'reader' | 'auditor' | 'operator'
  readonly rights: readonly string[]
  /** What it has them for, where that is not everything a command uses them for. */
  readonly for?: RegExp
}

/** As infra/people.ts makes them; each policy also has what is above it, the operator's beside the auditor's. */
export const holders: readonly Holder[] = [
  {
    policy: 'reader',
    rights: [
      'cloudwatch:DescribeAlarms',
      'cloudwatch:GetMetricData',
      'dynamodb:BatchGetItem',
      'dynamodb:DescribeContinuousBackups',
      'dynamodb:DescribeTable',
      'dynamodb:DescribeTimeToLive',
      'dynamodb:GetItem',
      'dynamodb:Query',
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:GetKeyPolicy',
      'kms:GetKeyRotationStatus',
      'kms:GetPublicKey',
      'lambda:GetFunctionConfiguration',
      'lambda:ListEventSourceMappings',
      's3:GetObject',
      's3:ListBucket',
      'secretsmanager:DescribeSecret',
      'sns:GetTopicAttributes',
      'sns:ListSubscriptionsByTopic',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'ssm:GetParameter',
    ],
  },
  { policy: 'auditor', rights: ['secretsmanager:GetSecretValue'], for: /\/ledger-key\b/ },
  { policy: 'operator', rights: ['secretsmanager:GetSecretValue'], for: /\/ory-api-key\b/ },
  {
    policy: 'operator',
    rights: [
      'dynamodb:PutItem',
      'kms:GenerateDataKey',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
    ],
  },
]

/** Which right an AWS error says is missing, and who has it; `undefined` where it does not say so. */
export function rightText(error: unknown): string | undefined {
  const right = missingRight(error)
  if (right === undefined) return undefined
  return `${right}, which ${holderText(right, String((error as Error).message))} has`
}

/** What was said for whoever reads the log of a function, as whoever has typed a command reads it. */
export function forPerson(line: string): string {
  const [, right] = /: AWS answered \S+ to ([a-z0-9-]+:[A-Za-z]+);/.exec(line) ?? []
  const whose = right === undefined ? '' : `: ${holderText(right, line)} lets them`
  return line
    .replace('that this function may use it', `that these credentials may use it${whose}`)
    .replace('that this function may', 'that these credentials may')
}

function holderText(right: string, about: string): string {
  const holder = holders.find(
    ({ rights, for: thing = /^/ }) => rights.includes(right) && thing.test(about),
  )
  return holder === undefined
    ? 'no policy that a stage makes'
    : `the policy lapse-<stage>-${holder.policy}`
}
