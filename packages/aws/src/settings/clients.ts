import { type Access, accessOf, type Service } from './access.ts'
import { type Environment, optional } from './texts.ts'

/** What a client is told, so that it looks for nothing: some files and forty settings otherwise. */
export interface ClientAccess extends Access, Readonly<typeof spelledOut> {}

/** What clients have where nothing is said. */
const spelledOut = {
  defaultsMode: 'legacy',
  retryMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
} as const

/** What says something else. */
const said = ['AWS_DEFAULTS_MODE', 'AWS_RETRY_MODE']

/** Of AWS's client of Secrets Manager; empty where anything about it is unusual. */
export function secretsManagerAccess(
  environment: Environment,
): ClientAccess | Record<string, never> {
  return (
    accessOfClient(environment, {
      variable: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
      host: 'secretsmanager',
    }) ?? {}
  )
}

/** The same of SQS, which is where the queue is. */
export function sqsAccess(
  environment: Environment,
  queueUrl: string,
): ClientAccess | Record<string, never> {
  const access = accessOfClient(environment, { variable: 'AWS_ENDPOINT_URL_SQS', host: 'sqs' })
  if (access === undefined || !URL.canParse(queueUrl)) return {}
  return { ...access, endpoint: new URL(queueUrl).origin }
}

function accessOfClient(environment: Environment, service: Service): ClientAccess | undefined {
  const access = accessOf(environment, service)
  const isUsual = said.every((name) => optional(environment, name) === undefined)
  return access !== undefined && isUsual ? { ...access, ...spelledOut } : undefined
}
