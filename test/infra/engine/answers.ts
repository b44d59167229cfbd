/** What AWS would answer, from names alone, so that two evaluations of a stage are the same. */

/** The account in which everything is. */
export const account = '123456789012'

/** The region in which everything is, unless a test asks for another. */
export const region = 'eu-central-1'

/** Properties by name, whatever they are. */
export type Bag = Readonly<Record<string, unknown>>

/** Regions of China and of the US government are apart from all others, and ARNs say so. */
export function partitionOf(region: string): {
  readonly partition: string
  readonly dnsSuffix: string
} {
  if (region.startsWith('cn-')) return { partition: 'aws-cn', dnsSuffix: 'amazonaws.com.cn' }
  const partition = region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
  return { partition, dnsSuffix: 'amazonaws.com' }
}

type Computed = (name: string, inputs: Bag, arn: (service: string, rest: string) => string) => Bag

/** The name that is asked for, or that of the component, where SST or Pulumi would add letters. */
function nameOf(inputs: Bag, logical: string): string {
  return String(inputs['name'] ?? logical)
}

const computedBy: Readonly<Record<string, Computed>> = {
  'aws:cloudwatch/eventBus:EventBus': (name, inputs, arn) => {
    const bus = nameOf(inputs, name)
    return { arn: arn('events', `event-bus/${bus}`), name: bus }
  },
  'aws:cloudwatch/eventRule:EventRule': (name, inputs, arn) => ({
    arn: arn('events', `rule/${String(inputs['eventBusName'])}/${name}`),
    name,
  }),
  'aws:cloudwatch/logGroup:LogGroup': (name, inputs, arn) => {
    const group = nameOf(inputs, name)
    return { arn: arn('logs', `log-group:${group}`), name: group }
  },
  'aws:dynamodb/table:Table': (name, _inputs, arn) => ({
    arn: arn('dynamodb', `table/${name}`),
    name,
  }),
  'aws:iam/policy:Policy': (logical, inputs, arn) => {
    const name = nameOf(inputs, logical)
    return { arn: arn('iam', `policy/${name}`).replace(/:iam:[^:]+:/, ':iam::'), name }
  },
  'aws:iam/role:Role': (name, _inputs, arn) => ({
    arn: arn('iam', `role/${name}`).replace(/:iam:[^:]+:/, ':iam::'),
    name,
  }),
  'aws:kms/key:Key': (name, _inputs, arn) => ({ arn: arn('kms', `key/${name}`), keyId: name }),
  'aws:lambda/function:Function': (logical, inputs, arn) => {
    const name = nameOf(inputs, logical)
    return {
      arn: arn('lambda', `function:${name}`),
      qualifiedArn: arn('lambda', `function:${name}:$LATEST`),
      invokeArn: arn('apigateway', `lambda:path/${name}`),
      name,
      publish: inputs['publish'] ?? false,
      version: '$LATEST',
    }
  },
  'aws:lambda/functionUrl:FunctionUrl': (name) => ({
    functionUrl: `https://${name.toLowerCase()}.lambda-url.example/`,
  }),
  'aws:s3/bucket:Bucket': (name, _inputs, arn) => ({
    arn: arn('s3', name.toLowerCase()).replace(/:s3:[^:]*:[^:]*:/, ':s3:::'),
    bucket: name.toLowerCase(),
  }),
  'aws:secretsmanager/secret:Secret': (_name, inputs, arn) => ({
    arn: arn('secretsmanager', `secret:${String(inputs['name'])}-AbCdEf`),
  }),
  'aws:sns/topic:Topic': (logical, inputs, arn) => {
    const name = nameOf(inputs, logical)
    return { arn: arn('sns', name), name }
  },
  'aws:sqs/queue:Queue': (name, _inputs, arn) => ({
    arn: arn('sqs', name),
    name,
    url: `https://sqs.example/${account}/${name}`,
  }),
  'aws:ssm/parameter:Parameter': (_name, inputs, arn) => ({
    arn: arn('ssm', `parameter${String(inputs['name'])}`),
  }),
  'random:index/randomBytes:RandomBytes': () => ({
    base64: Buffer.alloc(32).toString('base64'),
    hex: Buffer.alloc(32).toString('hex'),
  }),
}

/** What a resource comes to once it is made: what it was given, and what AWS adds. */
export function stateOf(type: string, name: string, inputs: Bag, region: string): Bag {
  const { partition } = partitionOf(region)
  const arn = (service: string, rest: string) =>
    `arn:${partition}:${service}:${region}:${account}:${rest}`
  return { ...inputs, ...computedBy[type]?.(name, inputs, arn) }
}

/** Answers a look-up. One that is not known here is an error, and no silent `undefined`. */
export function lookUp(token: string, inputs: Bag, region: string): Bag {
  switch (token) {
    case 'aws:index/getCallerIdentity:getCallerIdentity':
      return {
        accountId: account,
        arn: `arn:${partitionOf(region).partition}:iam::${account}:user/tester`,
        id: account,
      }
    case 'aws:index/getPartition:getPartition':
      return { ...partitionOf(region), id: partitionOf(region).partition }
    case 'aws:index/getRegion:getRegion':
      return { region, name: region, id: region }
    case 'aws:iam/getPolicyDocument:getPolicyDocument':
      return { ...inputs, json: policyDocument(inputs) }
    default:
      // Pulumi reports the member `details`, and not the message.
      throw Object.assign(new Error(), { details: `nothing here answers ${token}` })
  }
}

function policyDocument({ statements = [] }: { readonly statements?: unknown } & Bag): string {
  const Statement = (statements as readonly Bag[]).map((statement) => ({
    Effect: statement['effect'] ?? 'Allow',
    Action: statement['actions'],
    Resource: statement['resources'],
    Condition: conditionOf(statement['conditions']),
  }))
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

interface Condition {
  readonly test: string
  readonly variable: string
  readonly values: readonly string[]
}

/** Operators, each with its variables, as a policy has them; one of a kind is all that is used here. */
function conditionOf(conditions: unknown): Bag | undefined {
  const all = (conditions ?? []) as readonly Condition[]
  if (all.length === 0) return undefined
  return Object.fromEntries(
    all.map(({ test, variable, values }) => [
      test,
      { [variable]: values.length === 1 ? values[0] : values },
    ]),
  )
}
