import { type AwsConfig, localAws } from '../place.ts'
import { CannotTell } from './cannot-tell.ts'
import { isLoopback } from './ory-sides.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** A service by the name that the SDK has for its endpoint, `SQS` say, and as a person knows it. */
export interface AwsService {
  readonly variable: string
  readonly called: string
}

export const services = {
  cloudWatch: { variable: 'CLOUDWATCH', called: 'CloudWatch' },
  dynamoDb: { variable: 'DYNAMODB', called: 'DynamoDB' },
  kms: { variable: 'KMS', called: 'KMS' },
  lambda: { variable: 'LAMBDA', called: 'Lambda' },
  sns: { variable: 'SNS', called: 'SNS' },
} as const satisfies Readonly<Record<string, AwsService>>

/**
 * How a service of AWS is reached: as the SDK is configured, or, for a `lapse dev`, at its own server.
 * @throws CannotTell where other services are on this machine and this one is not: credentials that
 *   are for those are never sent to AWS
 */
export function awsConfig(
  { variable, called }: AwsService,
  variables: Variables,
  isDev: boolean,
): AwsConfig {
  const own = variables[`AWS_ENDPOINT_URL_${variable}`]
  if (isDev) {
    if (!own) throw new CannotTell(`lapse dev has no ${called}`)
    return { ...localAws(variables as Readonly<Record<string, string>>), endpoint: own }
  }
  const isElsewhere = !own && !variables['AWS_ENDPOINT_URL']
  if (isElsewhere && Object.entries(variables).some(isLocalService))
    throw new CannotTell(`AWS_ENDPOINT_URL_${variable} is not set, and other services are local`)
  return {}
}

function isLocalService([name, value = '']: readonly [string, string | undefined]): boolean {
  const hostname = URL.parse(value)?.hostname
  return name.startsWith('AWS_ENDPOINT_URL_') && hostname !== undefined && isLoopback(hostname)
}
