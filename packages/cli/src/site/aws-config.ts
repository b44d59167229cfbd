import { type AwsConfig, localAws } from '../place.ts'
import { CannotTell } from './cannot-tell.ts'

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
 * @throws CannotTell where `lapse dev` has no such service: its credentials are never sent to AWS
 */
export function awsConfig(
  { variable, called }: AwsService,
  variables: Variables,
  isDev: boolean,
): AwsConfig {
  if (!isDev) return {}
  const endpoint = variables[`AWS_ENDPOINT_URL_${variable}`]
  if (!endpoint) throw new CannotTell(`lapse dev has no ${called}`)
  return { ...localAws(variables as Readonly<Record<string, string>>), endpoint }
}
