import { beforeAll, expect, test } from 'vitest'
import { holders } from '../../packages/cli/src/missing-right.ts'
import { synthesize } from './engine/synthesize.ts'
import { least, network, selfHosted } from './settings.ts'
import {
  permissionsOf,
  roleOf,
  Stack,
  type Statement,
  statementsOf,
  stemOf,
  types,
} from './stack.ts'

let stack: Stack
let inVpc: Stack

beforeAll(async () => {
  stack = new Stack((await synthesize({ stage: 'test', settings: network })).resources)
  inVpc = new Stack((await synthesize({ stage: 'test', settings: selfHosted })).resources)
})

/** What a function may do: an action and the names it may do it to, a line each. */
function allowed(from: Stack, stem: string): readonly string[] {
  const lambda = from.some(types.function).find((one) => stemOf(one) === stem)
  if (lambda === undefined) throw new Error(`there is no function ${stem}`)
  const lines = permissionsOf(roleOf(from, lambda)).flatMap(({ actions, resources, condition }) =>
    actions.map(
      (action) =>
        `${action} ${resources.map(nameIn).toSorted().join(' ')}${onCondition(condition)}`,
    ),
  )
  return [...new Set(lines)].toSorted()
}

function onCondition(condition: Statement['condition']): string {
  if (Object.keys(condition).length === 0) return ''
  const tag = { 'secretsmanager:ResourceTag/lapse:rotated_by': 'lapse-test-rotate-client-secret' }
  const isTag = JSON.stringify(condition) === JSON.stringify({ StringEquals: tag })
  return isTag ? ' if tagged' : ` if ${JSON.stringify(condition)}`
}

function nameIn(arn: string): string {
  return arn.replace(/^arn:aws:[a-z0-9]+:[a-z0-9-]*:\d*:/, '').replace(/-AbCdEf$/, '')
}

/** What every function that works with the ledger and Ory may do. */
const working = [
  'dynamodb:GetItem table/LedgerTable',
  'dynamodb:PutItem table/LedgerTable',
  'kms:Decrypt key/Key',
  'secretsmanager:GetSecretValue secret:lapse/test/ory-api-key',
]
const withLedgerKey = [
  ...working,
  'dynamodb:BatchGetItem table/LedgerTable',
  'dynamodb:BatchWriteItem table/LedgerTable',
  'secretsmanager:GetSecretValue secret:lapse/test/ledger-key',
]
const endingFollowUps = [
  'dynamodb:DeleteItem table/LedgerTable',
  'dynamodb:Query table/LedgerTable',
  'dynamodb:UpdateItem table/LedgerTable',
]
const serving = (name: string) => [
  'kms:GenerateDataKey key/Key',
  `sqs:DeleteMessage ${name}IncidentQueue ${name}Queue`,
  `sqs:GetQueueAttributes ${name}IncidentQueue ${name}Queue`,
  `sqs:ReceiveMessage ${name}IncidentQueue ${name}Queue`,
  `sqs:SendMessage ${name}DlqQueue ${name}Queue`,
  `sqs:SendMessage ${name}IncidentDlqQueue ${name}IncidentQueue`,
]
const onRotatedSecrets = (...actions: readonly string[]) =>
  actions.map((action) => `secretsmanager:${action} secret:lapse/test/clients/* if tagged`)
const logging = (stem: string) => [
  `logs:CreateLogStream log-group:/aws/lambda/lapse-test-${stem}:*`,
  `logs:PutLogEvents log-group:/aws/lambda/lapse-test-${stem}:*`,
]
const webhookSecrets = network.webhookSources
  .filter((source) => source !== 'global-token-revocation')
  .map((source) => `secret:lapse/test/webhooks/${source}`)
  .toSorted()
  .join(' ')

test.each([
  ['user-deleted', [...withLedgerKey, ...serving('UserDeleted'), ...logging('user-deleted')]],
  ['user-suspended', [...withLedgerKey, ...serving('UserSuspended'), ...logging('user-suspended')]],
  [
    'user-signed-out',
    [...withLedgerKey, ...serving('UserSignedOut'), ...logging('user-signed-out')],
  ],
  [
    'app-offboarded',
    [
      ...withLedgerKey,
      ...endingFollowUps,
      ...serving('AppOffboarded'),
      ...onRotatedSecrets(
        'CancelRotateSecret',
        'DeleteSecret',
        'DescribeSecret',
        'GetSecretValue',
        'PutSecretValue',
        'UpdateSecretVersionStage',
      ),
      ...logging('app-offboarded'),
    ],
  ],
  ['key-rotated', [...withLedgerKey, ...serving('KeyRotated'), ...logging('key-rotated')]],
  [
    'rotate-client-secret',
    [
      ...working,
      'kms:GenerateDataKey key/Key',
      ...onRotatedSecrets(
        'DescribeSecret',
        'GetSecretValue',
        'PutSecretValue',
        'UpdateSecretVersionStage',
      ),
      ...logging('rotate-client-secret'),
    ],
  ],
  [
    'sweep',
    [
      ...withLedgerKey,
      ...endingFollowUps,
      'kms:GenerateDataKey key/Key',
      'sqs:SendMessage SweepDlqQueue',
      ...onRotatedSecrets('DescribeSecret', 'GetSecretValue'),
      ...logging('sweep'),
    ],
  ],
  [
    'seal',
    [
      'dynamodb:GetItem table/LedgerTable',
      'dynamodb:PutItem table/LedgerTable if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["receipts#*","receipts-log","receipts-log#*"]}}',
      'dynamodb:Query table/LedgerTable',
      'kms:Decrypt key/Key',
      'kms:GenerateDataKey key/Key',
      'kms:GetPublicKey key/ReceiptsLogKey',
      'kms:Sign key/ReceiptsLogKey',
      's3:GetObject receiptslogbucket/lapse/test/ory.example/*',
      's3:ListBucket receiptslogbucket',
      's3:PutObject receiptslogbucket/lapse/test/ory.example/*',
      'sqs:SendMessage SealDlqQueue',
      ...logging('seal'),
    ],
  ],
  [
    'webhook',
    [
      'dynamodb:GetItem table/LedgerTable if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":"door#*"}}',
      'dynamodb:PutItem table/LedgerTable if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":"door#*"}}',
      'kms:Decrypt key/Key',
      'kms:GenerateDataKey key/Key',
      `secretsmanager:GetSecretValue ${webhookSecrets}`,
      'sqs:SendMessage AppOffboardedIncidentQueue',
      'sqs:SendMessage AppOffboardedQueue',
      'sqs:SendMessage KeyRotatedIncidentQueue',
      'sqs:SendMessage KeyRotatedQueue',
      'sqs:SendMessage UserDeletedIncidentQueue',
      'sqs:SendMessage UserDeletedQueue',
      'sqs:SendMessage UserSignedOutIncidentQueue',
      'sqs:SendMessage UserSignedOutQueue',
      'sqs:SendMessage UserSuspendedIncidentQueue',
      'sqs:SendMessage UserSuspendedQueue',
      ...logging('webhook'),
    ],
  ],
])('%s may do exactly this', (stem, actions) => {
  expect(allowed(stack, stem)).toEqual(actions.toSorted())
})

const interfaces = [
  'ec2:AssignPrivateIpAddresses *',
  'ec2:CreateNetworkInterface *',
  'ec2:DeleteNetworkInterface *',
  'ec2:DescribeNetworkInterfaces *',
  'ec2:DescribeSubnets *',
  'ec2:UnassignPrivateIpAddresses *',
]

test.each([
  'user-deleted',
  'user-suspended',
  'user-signed-out',
  'app-offboarded',
  'key-rotated',
  'rotate-client-secret',
  'sweep',
])('in a VPC %s may place its network interfaces, and has no key of Ory to read', (stem) => {
  const before = allowed(stack, stem).filter((line) => !line.endsWith('ory-api-key'))
  expect(allowed(inVpc, stem)).toEqual([...before, ...interfaces].toSorted())
})

test('the role of the schedule may start the sweep and keep what it could not start', () => {
  const lines = permissionsOf(stack.get(types.role, 'SweepScheduleRole')).flatMap(
    ({ actions, resources }) => actions.map((action) => `${action} ${resources.map(nameIn)}`),
  )
  expect(lines.toSorted()).toEqual([
    'kms:Decrypt key/Key',
    'kms:GenerateDataKey key/Key',
    'lambda:InvokeFunction function:lapse-test-sweep',
    'sqs:SendMessage SweepDlqQueue',
  ])
})

test("Ory's role may publish to its topic", () => {
  const lines = permissionsOf(stack.get(types.role, 'OryEventsPublisher')).flatMap(
    ({ actions, resources }) => actions.map((action) => `${action} ${resources.map(nameIn)}`),
  )
  expect(lines.toSorted()).toEqual([
    'kms:Decrypt key/Key',
    'kms:GenerateDataKey key/Key',
    'sns:Publish lapse-test-ory-events',
  ])
})

/** The rights that a policy gives. */
function rightsIn(policy: string): readonly string[] {
  const statements = statementsOf(stack.get(types.policy, policy).inputs['policy'])
  return [...new Set(statements.flatMap(({ actions }) => actions))].toSorted()
}

test('commands know which policy for people has a right', () => {
  const rightsOf = (...policies: readonly string[]) =>
    [
      ...new Set(
        holders.filter(({ policy }) => policies.includes(policy)).flatMap(({ rights }) => rights),
      ),
    ].toSorted()

  expect(rightsOf('reader')).toEqual(rightsIn('Reader'))
  expect(rightsOf('reader', 'auditor')).toEqual(rightsIn('Auditor'))
  expect(rightsOf('operator')).toEqual(rightsIn('Operator'))
})

test('where no client is rotated, nothing says so and nobody may touch such secrets', async () => {
  const { builds, resources } = await synthesize({ stage: 'test', settings: least })
  const plain = new Stack(resources)

  expect(plain.some(types.function).map(stemOf)).not.toContain('rotate-client-secret')
  expect(allowed(plain, 'app-offboarded').filter((line) => line.includes('clients/'))).toEqual([])
  expect(JSON.stringify([builds, resources])).not.toContain('ROTATED_SECRETS')
})
