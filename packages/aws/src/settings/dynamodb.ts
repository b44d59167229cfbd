import type { DynamoDbAccess } from '../dynamodb-calls.ts'
import { type Environment, optional } from './texts.ts'

/** Regions of AWS's own partition and of GovCloud; elsewhere endpoints have other names. */
const usualRegion = /^(af|ap|ca|eu|il|me|mx|sa|us|us-gov)-[a-z]+-\d+$/

/** What asks for another endpoint, or for credentials that have to be looked for. */
const unusual = ['AWS_PROFILE', 'AWS_USE_DUALSTACK_ENDPOINT', 'AWS_USE_FIPS_ENDPOINT']

/**
 * What requests to DynamoDB are sent and signed with, as Lambda tells every function. Empty where
 * anything about it is unusual: then AWS's own client is left to find it.
 */
export function dynamoDbAccess(environment: Environment): DynamoDbAccess | Record<string, never> {
  const setting = (name: string) => optional(environment, name)
  const region = setting('AWS_REGION')
  const accessKeyId = setting('AWS_ACCESS_KEY_ID')
  const secretAccessKey = setting('AWS_SECRET_ACCESS_KEY')
  const isUnusual = unusual.some((name) => setting(name) !== undefined)
  if (isUnusual || !region || !accessKeyId || !secretAccessKey) return {}

  const endpoint =
    setting('AWS_ENDPOINT_URL_DYNAMODB') ??
    setting('AWS_ENDPOINT_URL') ??
    (usualRegion.test(region) ? `https://dynamodb.${region}.amazonaws.com` : undefined)
  if (endpoint === undefined || !URL.canParse(endpoint)) return {}
  const sessionToken = setting('AWS_SESSION_TOKEN')
  return {
    region,
    endpoint,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
  }
}
