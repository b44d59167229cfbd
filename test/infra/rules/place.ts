import { parseStageDocument } from '../../../packages/cli/src/place/stage-document.ts'
import type { Resource } from '../engine/mock-engine.ts'
import { type Rule, type Stack, type Statement, statementsOf, types } from '../stack.ts'

const nameOf = (urn: string) => String(/^urn:pulumi:([^:]+)::/.exec(urn)?.[1])

/** The parameter that says where a stage is, one to a stage, under the name that `lapse --stage` asks for. */
export const thePlaceIsWhereItIsLookedFor: Rule = (stack) => {
  const found = stack.some(types.parameter)
  return found.flatMap(({ name, urn, inputs }) => [
    ...(found.length === 1 ? [] : [`there are ${found.length} parameters`]),
    ...(inputs['name'] === `/lapse/${nameOf(urn)}/place` ? [] : [`${name} is ${inputs['name']}`]),
    ...(inputs['type'] === 'String' ? [] : [`${name} is a ${inputs['type']}`]),
  ])
}

/** Costs nothing, and never grows into what does. */
export const thePlaceHasRoom: Rule = (stack) =>
  stack
    .some(types.parameter)
    .flatMap(({ name, inputs }) => [
      ...(inputs['tier'] === 'Standard' ? [] : [`${name} is of the tier ${inputs['tier']}`]),
      ...(Buffer.byteLength(String(inputs['value'])) <= 4096 ? [] : [`${name} is too large`]),
    ])

/** All that is in it is what `lapse` reads, which takes names and no ARNs, and what exists. */
export const thePlaceNamesWhatIsThere: Rule = (stack) =>
  stack.some(types.parameter).flatMap(({ name, inputs }) => {
    const document = documentIn(inputs['value'])
    if (typeof document === 'string') return [`${name}: ${document}`]
    const { queues, dlqs, table, key, alarms, rotated = {} } = document
    const named = [...Object.values(queues).flat(), ...Object.values(dlqs)].toSorted()
    const there = stack.some(types.queue).map(({ state }) => String(state['name']))
    const is = (type: string, member: string, value: string) =>
      stack.some(type).some(({ state }) => state[member] === value)
    const clients = stack.all(types.secretRotation).length
    const known = Object.values(rotated).flat().length
    return [
      ...(named.join() === there.toSorted().join() ? [] : [`${name} names other queues`]),
      ...(is(types.table, 'name', table) ? [] : [`${name} names no table`]),
      ...(is(types.key, 'keyId', key) ? [] : [`${name} names no key`]),
      ...(is(types.topic, 'name', alarms) ? [] : [`${name} names no topic`]),
      ...(document.rotated === undefined || known === clients ? [] : [`${name}: ${known} rotated`]),
    ]
  })

/** Whoever may read it may read no secret in it, nor what only protects by not being known. */
export const thePlaceHoldsNoSecret: Rule = (stack) => {
  const values = stack.resources
    .filter(({ type }) => type.startsWith('random:') || type.includes('secretVersion'))
    .flatMap(({ state }) => [state['base64'], state['hex'], state['secretString']])
    .filter((value) => typeof value === 'string' && value.length > 8)
  return stack.some(types.parameter).flatMap(({ name, inputs }) => {
    const text = String(inputs['value'])
    return [
      ...values.filter((value) => text.includes(String(value))).map(() => `${name} holds a secret`),
      ...(/whsec_|ory_(pat|apikey)_|PRIVATE KEY|"(?:\w*password|client_secret)"/i.test(text)
        ? [`${name} holds what looks like a secret`]
        : []),
      ...(/:\/\/[^/"]*@/.test(text) ? [`${name} holds a password in a URL`] : []),
    ]
  })
}

/** Reading, and nothing that ends a subject's privacy: no message, and of secrets the auditor's key alone. */
const reading = [
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
]

/** AWS knows no narrower resource for these. */
const lists = [
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetMetricData',
  'lambda:ListEventSourceMappings',
]

/** But for the operator. */
export const peopleOnlyRead: Rule = (stack) =>
  stack
    .some(types.policy)
    .filter(({ name }) => name !== 'Operator')
    .flatMap((policy) =>
      statementsIn(policy).flatMap(({ actions, resources }) => [
        ...actions
          .filter((action) => !reading.includes(action) && action !== readSecret)
          .map((action) => `${policy.name} may do ${action}`),
        ...(resources.includes('*') && actions.some((action) => !lists.includes(action))
          ? [`${policy.name} may do ${actions} on everything`]
          : []),
      ]),
    )

const readSecret = 'secretsmanager:GetSecretValue'

/** What whoever is on call may do, and where: events go to their queues, and messages leave DLQs only. */
export const theOperatorClearsDlqs: Rule = (stack) => {
  const place = String(stack.some(types.parameter)[0]?.inputs['value'])
  const document = documentIn(place)
  if (typeof document === 'string') return [document]
  const { queues, dlqs } = document
  const arnsOf = (names: readonly string[]) =>
    stack
      .some(types.queue)
      .filter(({ state }) => names.includes(String(state['name'])))
      .map(({ state }) => String(state['arn']))
  const dlqArns = arnsOf([...Object.values(queues).map(([, dlq]) => dlq), ...Object.values(dlqs)])
  const where: Readonly<Record<string, readonly string[]>> = {
    'sqs:SendMessage': arnsOf(Object.values(queues).map(([queue]) => queue)),
    'sqs:ReceiveMessage': dlqArns,
    'sqs:DeleteMessage': dlqArns,
    'sqs:ChangeMessageVisibility': dlqArns,
    'dynamodb:PutItem': stack.some(types.table).map(({ state }) => String(state['arn'])),
    'kms:GenerateDataKey': stack.some(types.key).map(({ state }) => String(state['arn'])),
    [readSecret]: stack
      .all(types.secret)
      .filter(({ name }) => name === 'OryApiKey')
      .map(({ state }) => String(state['arn'])),
  }
  return statementsIn(stack.get(types.policy, 'Operator')).flatMap(({ actions, resources }) =>
    actions.flatMap((action) =>
      resources
        .filter((resource) => !where[action]?.includes(resource))
        .map((resource) => `the operator may do ${action} on ${resource}`),
    ),
  )
}

/** IAM takes no managed policy of more characters, white space not counted. */
export const peoplesPoliciesFit: Rule = (stack) =>
  stack.some(types.policy).flatMap(({ name, inputs }) => {
    const { length } = String(inputs['policy']).replaceAll(/\s/g, '')
    return length <= 6144 ? [] : [`${name} has ${length} characters`]
  })

/** The reader reads none, the auditor the ledger's key, and nobody Ory's. */
export const onlyTheAuditorReadsTheLedgerKey: Rule = (stack) => {
  const key = stack.get(types.secret, 'LedgerKey').state['arn']
  const read = (name: string) =>
    statementsIn(stack.get(types.policy, name))
      .filter(({ actions }) => actions.includes(readSecret))
      .flatMap(({ resources }) => resources)
  return [
    ...read('Reader').map((arn) => `Reader may read ${arn}`),
    ...(read('Auditor').join() === key ? [] : [`Auditor may read ${read('Auditor')}`]),
  ]
}

function statementsIn({ inputs }: Resource): readonly Statement[] {
  return statementsOf(inputs['policy']).filter(({ effect }) => effect === 'Allow')
}

function documentIn(value: unknown): ReturnType<typeof parseStageDocument> | string {
  try {
    return parseStageDocument(String(value), 'the parameter')
  } catch (error) {
    return (error as Error).message
  }
}

/** Nobody has these policies until a person attaches them. */
export const peoplesPoliciesAreAttachedToNobody: Rule = (stack: Stack) =>
  stack.resources
    .filter(({ type }) => /^aws:iam\/\w*[aA]ttachment/.test(type))
    .map(({ name }) => `${name} attaches a policy`)
