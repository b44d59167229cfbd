import type { DynamoDbAccess } from '../dynamodb-calls.ts'
import { type Environment, optional } from './texts.ts'

/** What requests to a service of AWS are sent and signed with, where nothing has to be looked for first. */
export type Access = DynamoDbAccess

/** A service by the variable that says where it is, and by the name of its hosts. */
export interface Service {
  readonly variable:
    | 'AWS_ENDPOINT_URL_DYNAMODB'
    | 'AWS_ENDPOINT_URL_SECRETS_MANAGER'
    | 'AWS_ENDPOINT_URL_SQS'
  readonly host: 'dynamodb' | 'secretsmanager' | 'sqs'
}

/** Regions of AWS's own partition and of GovCloud; elsewhere endpoints have other names. */
const usualRegion = /^(af|ap|ca|eu|il|me|mx|sa|us|us-gov)-[a-z]+-\d+$/

/** What asks for another endpoint, or for credentials that have to be looked for. */
const unusual = [
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_PROFILE',
  'AWS_USE_DUALSTACK_ENDPOINT',
  'AWS_USE_FIPS_ENDPOINT',
]

/**
 * A service as Lambda tells every function of it; `undefined` where anything about it is unusual:
 * then AWS's own client is left to find it.
 */
export function accessOf(
  environment: Environment,
  { variable, host }: Service,
): Access | undefined {
  const setting = (name: string) => optional(environment, name)
  const region = setting('AWS_REGION')
  const accessKeyId = setting('AWS_ACCESS_KEY_ID')
  const secretAccessKey = setting('AWS_SECRET_ACCESS_KEY')
  const isUnusual = unusual.some((name) => setting(name) !== undefined)
  if (isUnusual || !region || !accessKeyId || !secretAccessKey) return undefined

  const endpoint =
    setting(variable) ??
    setting('AWS_ENDPOINT_URL') ??
    (usualRegion.test(region) ? `https://${host}.${region}.amazonaws.com` : undefined)
  if (endpoint === undefined || !URL.canParse(endpoint)) return undefined
  const sessionToken = setting('AWS_SESSION_TOKEN')
  return {
    region,
    endpoint,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
  }
}
