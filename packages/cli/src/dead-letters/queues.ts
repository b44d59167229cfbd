import type { Environment } from '@lapse/aws/settings/texts'
import { type DevFile, findRunningDev } from '../dev-file.ts'
import { UsageError } from '../errors.ts'
import { localAws, type Place, placeNamed, placeOf } from '../place.ts'
import { checkedQueueUrl, queueAt, type SqsQueue } from '../sqs/queue.ts'
import { type Stem, stems } from '../stems.ts'

/** A DLQ that is looked into. */
export interface NamedDlq extends SqsQueue {
  /** `user-deleted`, `user-deleted-incident`; of a queue given by its URL, the end of that. */
  readonly name: string
  /** Whose worker dead-lettered what is on it; absent: what somebody else could not deliver. */
  readonly stem?: Stem
}

/** The DLQs that are meant, and where their messages go back to. */
export interface DeadLetterPlace {
  readonly dlqs: readonly NamedDlq[]
  /** The settings of the workers there. */
  readonly variables: Environment
  /** Where their ledger is, if the settings name one. */
  readonly ledger: Place
  /** The queue of a DLQ, or, of somebody else's, the ordinary one of an event's worker. */
  readonly queueOf: (dlq: NamedDlq, stem: Stem | undefined) => SqsQueue | undefined
}

/** Which DLQs are meant; none named: every one that is known. */
export interface Which {
  readonly queue?: string
  readonly queueUrl?: string
}

/** What a topic, a rule or a schedule could not deliver is nobody's own. */
const undelivered = ['user-events', 'ory-events', 'user-events-rule', 'sweep']

const names: readonly { readonly name: string; readonly stem?: Stem }[] = [
  ...stems.flatMap((stem) => [
    { stem, name: stem },
    { stem, name: `${stem}-incident` },
  ]),
  ...undelivered.map((name) => ({ name })),
]

/**
 * The DLQs that the environment names with `<TYPE>_DLQ_URL`, reached as the AWS SDK is configured;
 * without any, those of the `lapse dev` that runs here.
 *
 * @throws UsageError where none is known, or not the one that is named; CommandError where `lapse dev` is gone
 */
export async function findDeadLetters(
  { queue, queueUrl }: Which,
  environment: Environment,
  directory: string,
): Promise<DeadLetterPlace> {
  if (queue !== undefined && queueUrl !== undefined)
    throw new UsageError('give one of --queue and --queue-url')
  const isNamed = names.some(
    ({ name }) =>
      environment[dlqVariable(name)] ||
      (queueUrl !== undefined && environment[queueVariable(name)]),
  )
  const dev = isNamed ? undefined : await devIfAny(directory, queueUrl)
  const variables = dev?.environment ?? environment
  const reached = (url: string) => queueReached(url, dev)

  const known = names.flatMap((named) => {
    const url = urlIn(variables, dlqVariable(named.name))
    return url === undefined ? [] : [{ ...named, ...reached(url) }]
  })
  return {
    dlqs: chosen(known, { queue, queueUrl }, reached),
    variables,
    ledger: dev === undefined ? placeNamed(environment) : placeOf(dev),
    queueOf: ({ name, stem: own }, stem = own) => {
      if (stem === undefined) return undefined
      const url = urlIn(variables, queueVariable(own === undefined ? stem : name))
      return url === undefined ? undefined : reached(url)
    },
  }
}

function chosen(
  known: readonly NamedDlq[],
  { queue, queueUrl }: Record<keyof Which, string | undefined>,
  reached: (url: string) => SqsQueue,
): readonly NamedDlq[] {
  if (queueUrl !== undefined) {
    const url = checkedQueueUrl('--queue-url', queueUrl)
    const same = known.find((dlq) => dlq.url === url)
    return [same ?? { name: url.split('/').at(-1) ?? url, ...reached(url) }]
  }
  if (known.length === 0)
    throw new UsageError(
      'no DLQ is known; start lapse dev here, set USER_DELETED_DLQ_URL or the like, or give --queue-url',
    )
  if (queue === undefined) return known
  const named = known.filter(({ name }) => name === queue)
  if (named.length > 0) return named
  throw new UsageError(
    `no DLQ of ${queue} is known here; --queue takes ${known.map(({ name }) => name).join(', ')}`,
  )
}

/** Whoever gives a URL is not kept from it by a `lapse dev` that is gone. */
async function devIfAny(directory: string, queueUrl: string | undefined) {
  const dev = findRunningDev(directory)
  return queueUrl === undefined ? dev : dev.catch(() => undefined)
}

/** The credentials of `lapse dev` are for its own server, and AWS's never for that. */
function queueReached(url: string, dev: DevFile | undefined): SqsQueue {
  const local = dev?.environment['AWS_ENDPOINT_URL_SQS']
  if (dev !== undefined && local !== undefined && new URL(local).origin === new URL(url).origin)
    return { url, config: localAws(dev.environment) }
  return queueAt(url)
}

function urlIn(variables: Environment, name: string): string | undefined {
  const url = variables[name]
  return url ? checkedQueueUrl(name, url) : undefined
}

function dlqVariable(name: string): string {
  return `${variable(name)}_DLQ_URL`
}

function queueVariable(name: string): string {
  return `${variable(name)}_QUEUE_URL`
}

function variable(name: string): string {
  return name.toUpperCase().replaceAll('-', '_')
}
