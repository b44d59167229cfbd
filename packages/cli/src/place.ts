import type { MeasuredClock } from '@lapse/aws/measured-clock'
import { protectedByBoth } from './place/stage-variables.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** How an AWS client is made, where it is not left to the environment. */
export interface AwsConfig {
  readonly region?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly endpoint?: string
}

/** Where functions run: their settings, and how their AWS is reached. */
export interface Place {
  readonly variables: Variables
  readonly secretsManager: AwsConfig
  /** With who is told what its answers say of the time, if anybody is. */
  readonly dynamoDb: AwsConfig & Partial<Pick<MeasuredClock, 'hear'>>
  /** A server that has all the queues, if it is not AWS. */
  readonly sqs?: AwsConfig | undefined
  /** Objects, if they are not at AWS. */
  readonly s3?: AwsConfig | undefined
  /** URLs of DLQs that no worker has put anything on, by their names. */
  readonly dlqs?: Readonly<Record<string, string>> | undefined
  /** The ARN of the rotation function, where it is known. */
  readonly rotationFunction?: string | undefined
}

/** A local system that runs, as it tells of itself. */
interface Local {
  readonly environment: Readonly<Record<string, string>>
}

/** The place that the environment names, reached as the AWS SDK is configured. */
export function placeNamed(environment: Variables): Place {
  return { variables: environment, secretsManager: {}, dynamoDb: {} }
}

/** The place of a local system that runs. */
export function placeOf({ environment }: Local): Place {
  const variable = (name: string) => environment[name] ?? ''
  const config = localAws(environment)
  return {
    variables: environment,
    secretsManager: { ...config, endpoint: variable('AWS_ENDPOINT_URL_SECRETS_MANAGER') },
    dynamoDb: { ...config, endpoint: variable('AWS_ENDPOINT_URL_DYNAMODB') },
    sqs: { ...config, endpoint: variable('AWS_ENDPOINT_URL_SQS') },
    s3: { ...config, endpoint: variable('AWS_ENDPOINT_URL_S3') },
  }
}

/** The same, where what is protected here is protected as well, beside what it protects itself. */
export function placeOfDev({ environment }: Local, here: Variables): Place {
  const both = protectedByBoth(environment, here)
  return placeOf({ environment: { ...environment, ...both } })
}

/** What a client of any of its services needs besides an endpoint. */
export function localAws(environment: Local['environment']) {
  const variable = (name: string) => environment[name] ?? ''
  return {
    region: variable('AWS_REGION'),
    credentials: {
      accessKeyId: variable('AWS_ACCESS_KEY_ID'),
      secretAccessKey: variable('AWS_SECRET_ACCESS_KEY'),
    },
  }
}
