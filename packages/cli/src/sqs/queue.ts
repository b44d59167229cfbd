import type { SQSClientConfig } from '@aws-sdk/client-sqs'
import { UsageError } from '../errors.ts'
import type { Place } from '../place.ts'

/** A queue by its URL, and how it is reached. */
export interface SqsQueue {
  readonly url: string
  readonly config: SQSClientConfig
}

/** A queue of AWS, or of whatever else the environment's credentials are for. */
export function queueAt(url: string): SqsQueue {
  const region = /^sqs\.([a-z0-9-]+)\.amazonaws\./.exec(new URL(url).hostname)?.[1]
  return { url, config: region === undefined ? {} : { region } }
}

/** The same in a place: the credentials of `lapse dev` are for its own server, and AWS's never for that. */
export function queueIn({ sqs }: Pick<Place, 'sqs'>, url: string): SqsQueue {
  const { endpoint, ...config } = sqs ?? {}
  const isThere = URL.parse(endpoint ?? '')?.origin === new URL(url).origin
  return isThere ? { url, config } : queueAt(url)
}

/** @param name what it was given by: a variable, an option @throws UsageError */
export function checkedQueueUrl(name: string, url: string): string {
  if (URL.canParse(url) && /^https?:\/\//i.test(url)) return url
  throw new UsageError(
    `${name} is not a URL; give it as AWS does: https://sqs.<region>.amazonaws.com/<account>/<queue>`,
  )
}

/** `undefined` where the variable is not set. @throws UsageError where it holds something else than a URL */
export function queueUrlIn(
  variables: Readonly<Record<string, string | undefined>>,
  variable: string,
): string | undefined {
  const url = variables[variable]
  return url ? checkedQueueUrl(variable, url) : undefined
}
