import { list } from '@lapse/aws/settings/texts'
import { findRunningDev } from '../dev-file.ts'
import { UsageError } from '../errors.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** How an AWS client is made, where it is not left to the environment. */
export interface AwsConfig {
  readonly region?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly endpoint?: string
}

/** Where secrets are rotated: the functions' settings, and how their AWS is reached. */
export interface Place {
  readonly variables: Variables
  readonly secretsManager: AwsConfig
  readonly dynamoDb: AwsConfig
  /** The ARN of the rotation function, where it is known. */
  readonly rotationFunction?: string | undefined
}

/**
 * The place that the environment names with `ROTATED_SECRETS`, reached as the AWS SDK is configured;
 * without it that of the `lapse dev` that runs here.
 *
 * @throws UsageError where neither is there, CommandError where `lapse dev` is gone
 */
export async function findPlace(environment: Variables, directory: string): Promise<Place> {
  if (environment['ROTATED_SECRETS']) {
    return { variables: environment, secretsManager: {}, dynamoDb: {} }
  }
  const dev = await findRunningDev(directory)
  if (dev?.environment['ROTATED_SECRETS'])
    return {
      ...placeOf(protectedAsWell(dev, environment)),
      rotationFunction: dev.functions['rotate-client-secret'],
    }
  throw new UsageError(
    'no secret to rotate is known; set ROTATED_SECRETS here, or where lapse dev is started',
  )
}

/** What is protected here is protected beside what the local system protects, and not instead. */
export function protectedAsWell<
  Dev extends { readonly environment: Readonly<Record<string, string>> },
>(dev: Dev, environment: Variables): Dev {
  const both = ['PROTECTED_CLIENT_IDS', 'PROTECTED_OWNERS', 'PROTECTED_ISSUERS'].map((name) => [
    name,
    JSON.stringify([...list(dev.environment, name), ...list(environment, name)]),
  ])
  return { ...dev, environment: { ...dev.environment, ...Object.fromEntries(both) } }
}

/** The place of a local system that runs. */
export function placeOf({
  environment,
}: {
  readonly environment: Readonly<Record<string, string>>
}): Place {
  const variable = (name: string) => environment[name] ?? ''
  const config = {
    region: variable('AWS_REGION'),
    credentials: {
      accessKeyId: variable('AWS_ACCESS_KEY_ID'),
      secretAccessKey: variable('AWS_SECRET_ACCESS_KEY'),
    },
  }
  return {
    variables: environment,
    secretsManager: { ...config, endpoint: variable('AWS_ENDPOINT_URL_SECRETS_MANAGER') },
    dynamoDb: { ...config, endpoint: variable('AWS_ENDPOINT_URL_DYNAMODB') },
  }
}
