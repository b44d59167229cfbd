import type { Alarm, AlarmTerms } from './alarms.ts'
import type { Key } from './key.ts'
import type { Link } from './links.ts'
import { trust } from './policy.ts'
import type { Vpc } from './settings.ts'
import { componentName, deployedVersion, permanent, serviceName } from './stage.ts'

/** A Lambda function of ours. */
export interface FunctionTerms {
  /** `functions/<stem>.ts`. */
  readonly stem: string
  readonly timeoutSeconds: number
  /** What its logs, and all that it is told, are encrypted with. */
  readonly key: Key
  /** All that it may do, and all that it is told. */
  readonly links: readonly Link[]
  readonly environment?: Readonly<Record<string, $util.Input<string>>>
  /** Settings that grow: they travel with the code, as Lambda has 4 KB for all variables together. */
  readonly settings?: Readonly<Record<string, string>> | undefined
  readonly vpc?: Vpc | undefined
}

/** What Lambda needs of EC2 to put a function into a VPC; AWS knows no narrower resource for these. */
const networkInterfaces = {
  actions: [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:UnassignPrivateIpAddresses',
  ],
  resources: ['*'],
}

/**
 * Arguments for `sst.aws.Function`. The role trusts Lambda alone (SST lets the whole account take
 * it) and may write to the function's own log group (AWS's managed policy: to any).
 */
export function functionOf({
  stem,
  timeoutSeconds,
  key,
  links,
  environment,
  settings = {},
  vpc,
}: FunctionTerms) {
  const name = serviceName(stem)
  const logs = new aws.cloudwatch.LogGroup(`${componentName(stem)}Logs`, {
    name: `/aws/lambda/${name}`,
    retentionInDays: permanent ? 90 : 14,
    kmsKeyId: key.arn,
  })
  return {
    name,
    handler: `functions/${stem}.handler`,
    runtime: 'nodejs24.x',
    architecture: 'arm64',
    memory: '512 MB',
    timeout: `${timeoutSeconds} seconds`,
    logging: { format: 'json', logGroup: logs.name },
    nodejs: {
      minify: true,
      // What is imported where it is called is in files of its own, and read only then.
      splitting: true,
      plugins: 'infra/bundle-plugins.mjs',
      // undici's own switch for leaving its experimental parser out.
      esbuild: { define: { esbuildDetection: 'true' } },
      ...(Object.keys(settings).length > 0 && { banner: settingsIn(settings) }),
    },
    link: [...links],
    environment: {
      LAPSE_VERSION: deployedVersion(),
      POWERTOOLS_SERVICE_NAME: name,
      ...environment,
    },
    permissions: [
      {
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [$interpolate`${logs.arn}:*`],
      },
      // Lambda decrypts what a function is told in the function's own name.
      { actions: ['kms:Decrypt'], resources: [key.arn] },
      ...(vpc ? [networkInterfaces] : []),
    ],
    ...(vpc && {
      vpc: { privateSubnets: [...vpc.privateSubnets], securityGroups: [...vpc.securityGroups] },
    }),
    transform: {
      function: { kmsKeyArn: key.arn },
      role: {
        assumeRolePolicy: trust({ Service: 'lambda.amazonaws.com' }),
        managedPolicyArns: [],
      },
    },
  } satisfies sst.aws.FunctionArgs
}

/** Code that sets variables before anything of the bundle reads them. */
function settingsIn(settings: Readonly<Record<string, string>>): string {
  return `Object.assign(process.env, ${JSON.stringify(settings)});`
}

/** The alarms that every function has which goes by AWS's clock: all but the door. */
export function watchFunction(stem: string, name: $util.Output<string>, alarm: Alarm): void {
  watchErrors(stem, name, alarm)
  // Lapse goes by AWS's clock where its own is wrong, but for what it did before it knew.
  watchCount(stem, 'ClockOffSeconds', alarm, {
    statistic: 'Maximum',
    threshold: 30,
    periodSeconds: 300,
  })
}

/** The alarms that every function has. */
export function watchErrors(stem: string, name: $util.Output<string>, alarm: Alarm): void {
  for (const metric of ['Errors', 'Throttles'] as const)
    alarm(`${componentName(stem)}${metric}`, {
      description: `${stem}: ${metric}; docs/runbook.md#function-${metric.toLowerCase()}`,
      namespace: 'AWS/Lambda',
      metric,
      dimensions: { FunctionName: name },
    })
}

/** An alarm on something lapse itself measures, for one function. */
export function watchCount(
  stem: string,
  metric: string,
  alarm: Alarm,
  terms: Pick<AlarmTerms, 'periods' | 'periodSeconds' | 'statistic' | 'threshold'> = {},
): void {
  alarm(`${componentName(stem)}${metric}`, {
    description: `${stem}: ${metric}; docs/runbook.md#${kebab(metric)}`,
    namespace: 'lapse',
    metric,
    dimensions: { service: serviceName(stem) },
    ...terms,
  })
}

function kebab(name: string): string {
  return name.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()
}
