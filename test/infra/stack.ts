import type { Bag } from './engine/answers.ts'
import type { Resource } from './engine/mock-engine.ts'

/** A statement of a policy, with its lists as lists. */
export interface Statement {
  readonly sid: string
  readonly effect: string
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly principal: unknown
  readonly condition: Bag
}

/** What is wrong with a stack, a line each; nothing where a rule holds. */
export type Rule = (stack: Stack) => readonly string[]

/** A synthesized stack, to be asked about. */
export class Stack {
  readonly resources: readonly Resource[]

  constructor(resources: readonly Resource[]) {
    this.resources = resources
  }

  /** Every resource of a type. */
  all(type: string): readonly Resource[] {
    return this.resources.filter((resource) => resource.type === type)
  }

  /** Every resource of a type, of which there has to be one: no rule passes on air. */
  some(type: string): readonly Resource[] {
    const found = this.all(type)
    if (found.length === 0) throw new Error(`there is no ${type}`)
    return found
  }

  byArn(arn: unknown): Resource | undefined {
    return this.resources.find(({ state }) => arn !== undefined && state['arn'] === arn)
  }

  /** The only resource of a type with this name. */
  get(type: string, name: string): Resource {
    const found = this.all(type).find((resource) => resource.name === name)
    if (found === undefined) throw new Error(`there is no ${type} ${name}`)
    return found
  }
}

export const types = {
  alarm: 'aws:cloudwatch/metricAlarm:MetricAlarm',
  bucket: 'aws:s3/bucket:Bucket',
  bucketAccess: 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
  bucketEncryption:
    'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
  bucketLifecycle: 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
  bucketLock: 'aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration',
  bucketPolicy: 'aws:s3/bucketPolicy:BucketPolicy',
  bucketVersioning: 'aws:s3/bucketVersioning:BucketVersioning',
  bus: 'aws:cloudwatch/eventBus:EventBus',
  busPolicy: 'aws:cloudwatch/eventBusPolicy:EventBusPolicy',
  dashboard: 'aws:cloudwatch/dashboard:Dashboard',
  eventInvokeConfig: 'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig',
  eventTarget: 'aws:cloudwatch/eventTarget:EventTarget',
  function: 'aws:lambda/function:Function',
  functionUrl: 'aws:lambda/functionUrl:FunctionUrl',
  key: 'aws:kms/key:Key',
  logGroup: 'aws:cloudwatch/logGroup:LogGroup',
  mapping: 'aws:lambda/eventSourceMapping:EventSourceMapping',
  parameter: 'aws:ssm/parameter:Parameter',
  permission: 'aws:lambda/permission:Permission',
  policy: 'aws:iam/policy:Policy',
  queue: 'aws:sqs/queue:Queue',
  queuePolicy: 'aws:sqs/queuePolicy:QueuePolicy',
  redriveAllowPolicy: 'aws:sqs/redriveAllowPolicy:RedriveAllowPolicy',
  role: 'aws:iam/role:Role',
  schedule: 'aws:scheduler/schedule:Schedule',
  secret: 'aws:secretsmanager/secret:Secret',
  secretRotation: 'aws:secretsmanager/secretRotation:SecretRotation',
  subscription: 'aws:sns/topicSubscription:TopicSubscription',
  table: 'aws:dynamodb/table:Table',
  topic: 'aws:sns/topic:Topic',
  topicPolicy: 'aws:sns/topicPolicy:TopicPolicy',
} as const

/** A policy's statements. */
export function statementsOf(policy: unknown): readonly Statement[] {
  const { Statement = [] } = JSON.parse(String(policy)) as { Statement?: readonly Bag[] }
  return Statement.map((statement) => ({
    sid: String(statement['Sid'] ?? ''),
    effect: String(statement['Effect']),
    actions: listOf(statement['Action']),
    resources: listOf(statement['Resource']),
    principal: statement['Principal'],
    condition: (statement['Condition'] ?? {}) as Bag,
  }))
}

/** The statements of a role's inline policies. */
export function permissionsOf(role: Resource): readonly Statement[] {
  const policies = (role.inputs['inlinePolicies'] ?? []) as readonly { policy: string }[]
  return policies.flatMap(({ policy }) => statementsOf(policy))
}

/** The role that a function runs as. */
export function roleOf(stack: Stack, lambda: Resource): Resource {
  const role = stack.byArn(lambda.inputs['role'])
  if (role === undefined) throw new Error(`${lambda.name} has no role`)
  return role
}

/** The key that everything of the stage is encrypted with: the other one signs. */
export function stageKey(stack: Stack): Resource | undefined {
  return stack.some(types.key).find(({ inputs }) => inputs['keyUsage'] !== 'SIGN_VERIFY')
}

/** The region in which a stack is. */
export function regionOf(stack: Stack): string {
  return String(stageKey(stack)?.state['arn']).split(':')[3] ?? ''
}

/** `user-deleted`, for the function of `functions/user-deleted.ts`. */
export function stemOf(lambda: Resource): string {
  const { variables } = lambda.inputs['environment'] as { variables: Bag }
  return String(variables['POWERTOOLS_SERVICE_NAME']).replace(/^lapse-[a-z]+-/, '')
}

/** JSON in a text, if there is any. */
export function parsed(text: unknown): Bag | undefined {
  return typeof text === 'string' ? (JSON.parse(text) as Bag) : undefined
}

function listOf(value: unknown): readonly string[] {
  if (value === undefined) return []
  return (Array.isArray(value) ? value : [value]).map(String)
}
