import type { Bag } from '../engine/answers.ts'
import { account, partitionOf } from '../engine/answers.ts'
import type { Resource } from '../engine/mock-engine.ts'
import {
  permissionsOf,
  type Rule,
  regionOf,
  roleOf,
  type Stack,
  type Statement,
  statementsOf,
  types,
} from '../stack.ts'

/** The network interfaces of functions in a VPC: AWS knows no narrower resource for these. */
const networkInterfaceActions = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
]

export const noActionIsAWildcard: Rule = (stack) =>
  stack.some(types.role).flatMap((role) =>
    permissionsOf(role)
      .flatMap(({ actions }) => actions)
      .filter((action) => /[*?]/.test(action))
      .map((action) => `${role.name} may do ${action}`),
  )

export const noResourceIsEverything: Rule = (stack) =>
  stack.some(types.role).flatMap((role) =>
    permissionsOf(role)
      .filter((statement) => isTooWide(statement))
      .map(({ actions, resources }) => `${role.name} may do ${actions} on ${resources}`),
  )

/**
 * Log streams are named by Lambda as it goes: one group is the narrowest there is. Rotated secrets
 * are all those of a name's beginning that are tagged with the function that rotates them.
 */
function isTooWide({ actions, resources, condition }: Statement): boolean {
  if (actions.every((action) => networkInterfaceActions.includes(action))) return false
  const isLogs = actions.every((action) => action.startsWith('logs:'))
  const open = resources.filter((resource) => /[*?]/.test(resource))
  const { StringEquals } = condition as { StringEquals?: Bag }
  const isTagged = /^lapse-[a-z]+-rotate-client-secret$/.test(
    String(StringEquals?.['secretsmanager:ResourceTag/lapse:rotated_by']),
  )
  // What a log has published is under its name in the bucket.
  const isLogOfReceipts = actions.every((action) => /^s3:(Get|Put)Object$/.test(action))
  if (isLogOfReceipts && open.every((one) => /:s3:::[^*/]+\/lapse\/[^*/]+\/[^*/]+\/\*$/.test(one)))
    return false
  if (isTagged && open.every((one) => /:secret:lapse\/[a-z]+\/clients\/\*$/.test(one))) return false
  return resources.length === 0 || open.some((one) => !(isLogs && /log-group:[^*?]+:\*$/.test(one)))
}

/** Only inline policies, so that the rules above see everything; people's have rules of their own. */
export const permissionsStandInRoles: Rule = (stack) => [
  ...stack
    .some(types.role)
    .filter(({ inputs }) => ((inputs['managedPolicyArns'] ?? []) as unknown[]).length > 0)
    .map(({ name, inputs }) => `${name} has ${String(inputs['managedPolicyArns'])}`),
  ...stack.resources
    .filter(({ type }) => type.startsWith('aws:iam/'))
    .filter(({ type }) => type !== types.role && type !== types.policy)
    .map(({ type, name }) => `${name} is a ${type}`),
]

export const functionsTrustLambdaAlone: Rule = (stack) =>
  stack.some(types.function).flatMap((lambda) => {
    const role = roleOf(stack, lambda)
    const trusted = statementsOf(role.inputs['assumeRolePolicy']).map(({ principal }) => principal)
    const wanted = JSON.stringify([{ Service: 'lambda.amazonaws.com' }])
    return JSON.stringify(trusted) === wanted
      ? []
      : [`${role.name} trusts ${JSON.stringify(trusted)}`]
  })

/** Whoever else may take a role does so on a condition, and is never this account as a whole. */
export const othersAreTrustedOnCondition: Rule = (stack) => {
  const ofFunctions = stack.some(types.function).map((lambda) => roleOf(stack, lambda))
  return stack
    .some(types.role)
    .filter((role) => !ofFunctions.includes(role))
    .flatMap(({ name, inputs }) => {
      const [statement, ...more] = statementsOf(inputs['assumeRolePolicy'])
      const { StringEquals } = (statement?.condition ?? {}) as { StringEquals?: Bag }
      const principal = JSON.stringify(statement?.principal)
      return [
        ...(more.length === 0 ? [] : [`${name} trusts several`]),
        ...(principal.includes(account) ? [`${name} trusts the whole account`] : []),
        ...(StringEquals?.['aws:SourceAccount'] === account || StringEquals?.['sts:ExternalId']
          ? []
          : [`${name} trusts ${principal} on no condition`]),
      ]
    })
}

const using = ['kms:Decrypt', 'kms:GenerateDataKey']

/** The key's own policy: the account, which delegates to IAM, and services that deliver. */
function keyStatements(region: string): readonly unknown[] {
  const { partition, dnsSuffix } = partitionOf(region)
  const owner = { AWS: `arn:${partition}:iam::${account}:root` }
  const deliveries = { Service: ['sns.amazonaws.com', 'cloudwatch.amazonaws.com'] }
  const ofThisAccount = { StringEquals: { 'aws:SourceAccount': account } }
  const groups = `arn:${partition}:logs:${region}:${account}:log-group:/aws/lambda/lapse-STAGE-*`
  const ofFunctions = { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } }
  return [
    ['Account', owner, ['kms:*'], {}],
    ['Delivery', deliveries, using, ofThisAccount],
    // EventBridge says nothing of its account where it delivers into an encrypted queue.
    ['EventBridge', { Service: 'events.amazonaws.com' }, using, {}],
    ['Logs', { Service: `logs.${region}.${dnsSuffix}` }, usingForLogs, ofFunctions],
  ]
}

/** As CloudWatch Logs documents it. */
const usingForLogs = [
  'kms:Decrypt',
  'kms:Describe*',
  'kms:Encrypt',
  'kms:GenerateDataKey*',
  'kms:ReEncrypt*',
]

function encryptingKeys(stack: Stack): readonly Resource[] {
  return stack.some(types.key).filter(({ inputs }) => inputs['keyUsage'] !== 'SIGN_VERIFY')
}

export const theKeyAdmitsDeliveries: Rule = (stack) =>
  encryptingKeys(stack).flatMap(({ name, inputs }) => {
    const policy = String(inputs['policy']).replace(/lapse-[a-z]+-\*/, 'lapse-STAGE-*')
    const said = statementsOf(policy)
      .filter(({ sid }) => sid !== 'Publishers')
      .map(({ sid, principal, actions, condition }) =>
        JSON.stringify([sid, principal, actions, condition]),
      )
    const wanted = keyStatements(regionOf(stack)).map((statement) => JSON.stringify(statement))
    return [
      ...wanted.filter((one) => !said.includes(one)).map((one) => `${name} does not say ${one}`),
      ...said.filter((one) => !wanted.includes(one)).map((one) => `${name} says ${one}`),
      ...(inputs['enableKeyRotation'] === true ? [] : [`${name} is never rotated`]),
    ]
  })

/** Whoever else publishes to a topic uses the key for that topic, and for nothing else under it. */
export const publishersUseTheKeyForTheirTopic: Rule = (stack) => {
  const ofKeys = encryptingKeys(stack)
    .flatMap(({ inputs }) => statementsOf(inputs['policy']))
    .filter(({ sid }) => sid === 'Publishers')
    .map((statement) => ({ statement, topic: 'UserEvents', via: true }))
  const ofRoles = stack
    .all(types.role)
    .filter(({ name }) => name === 'OryEventsPublisher')
    .flatMap((role) => permissionsOf(role))
    .filter(({ actions }) => actions.some((action) => action.startsWith('kms:')))
    .map((statement) => ({ statement, topic: 'OryEvents', via: false }))
  return [...ofKeys, ...ofRoles]
    .filter(({ statement: { principal, actions, condition }, topic, via }) => {
      const StringEquals = {
        ...(via && {
          'kms:ViaService': `sns.${regionOf(stack)}.${partitionOf(regionOf(stack)).dnsSuffix}`,
        }),
        'kms:EncryptionContext:aws:sns:topicArn': stack.get(types.topic, topic).state['arn'],
      }
      return (
        JSON.stringify(principal ?? '').includes('*') ||
        actions.join() !== using.join() ||
        JSON.stringify(condition) !== JSON.stringify({ StringEquals })
      )
    })
    .map(({ topic }) => `publishers to ${topic} may use the key for more than that`)
}

/** Topics and buses are published to by whom the settings name, or by CloudWatch for this account. */
export const onlyPublishersPublish: Rule = (stack) =>
  [...stack.some(types.topicPolicy), ...stack.all(types.busPolicy)].flatMap(({ name, inputs }) =>
    statementsOf(inputs['policy'])
      .filter(({ effect }) => effect === 'Allow')
      .filter(({ principal, condition }) => {
        const isNamed = /^\{"AWS":(\["arn:|"arn:)/.test(JSON.stringify(principal))
        return !isNamed && !JSON.stringify(condition).includes('"aws:SourceAccount"')
      })
      .map(({ principal }) => `${name} admits ${JSON.stringify(principal)}`),
  )

export const topicsAreReachedEncrypted: Rule = (stack) =>
  stack.some(types.topic).flatMap(({ name, state }) => {
    const policies = stack
      .all(types.topicPolicy)
      .filter(({ inputs }) => inputs['arn'] === state['arn'])
    const denied = policies
      .flatMap(({ inputs }) => statementsOf(inputs['policy']))
      .filter(
        ({ effect, principal, actions, resources, condition }) =>
          effect === 'Deny' &&
          principal === '*' &&
          actions.join() === 'sns:Publish' &&
          resources.join() === state['arn'] &&
          JSON.stringify(condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
      )
    return [
      ...(policies.length === 1 ? [] : [`${name} has ${policies.length} policies`]),
      ...(denied.length === 1 ? [] : [`${name} lets in plain HTTP`]),
    ]
  })
