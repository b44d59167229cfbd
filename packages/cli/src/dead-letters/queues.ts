import type { Environment } from '@lapse/aws/settings/texts'
import { UsageError } from '../errors.ts'
import { findPlace, type StageOption } from '../place/find-place.ts'
import { type Place, placeNamed } from '../place.ts'
import { checkedQueueUrl, queueIn, queueUrlIn, type SqsQueue } from '../sqs/queue.ts'
import { dlqVariable, queueVariable } from '../sqs/variables.ts'
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
export interface Which extends StageOption {
  readonly queue?: string
  readonly queueUrl?: string
  /** Whether the settings of Ory count as well: of a stage a function is asked for them. */
  readonly asksOry?: boolean
}

/** What a topic, a rule or a schedule could not deliver is nobody's own. */
const undelivered = [
  'user-events',
  'ory-events',
  'ory-updates',
  'user-events-rule',
  'sweep',
  'seal',
]

const names: readonly { readonly name: string; readonly stem?: Stem }[] = [
  ...stems.flatMap((stem) => [
    { stem, name: stem },
    { stem, name: `${stem}-incident` },
  ]),
  ...undelivered.map((name) => ({ name })),
]

/**
 * The DLQs of the stage that is named, or those that the environment names with `<TYPE>_DLQ_URL`, reached as the AWS SDK is configured;
 * without any, those of the `lapse dev` that runs here.
 *
 * @throws UsageError where none is known, or not the one that is named; CommandError where `lapse dev` is gone
 */
export async function findDeadLetters(
  { queue, queueUrl, stage, asksOry = false }: Which,
  environment: Environment,
  directory: string,
): Promise<DeadLetterPlace> {
  if (queue !== undefined && queueUrl !== undefined)
    throw new UsageError('give one of --queue and --queue-url')
  const isNamed = (variables: Environment) =>
    names.some(
      ({ name }) =>
        variables[dlqVariable(name)] || (queueUrl !== undefined && variables[queueVariable(name)]),
    )
  const place = findPlace({ stage, asksOry, isNamed }, environment, directory)
  // Whoever gives a URL is not kept from it by a `lapse dev` that is gone.
  const found =
    queueUrl === undefined || stage !== undefined ? await place : await place.catch(() => undefined)
  const { variables = environment, dlqs: others = {} } = found ?? {}
  const reached = (url: string) => queueIn(found ?? {}, url)

  const workers = names.flatMap((named) => {
    const url = others[named.name] === undefined && queueUrlIn(variables, dlqVariable(named.name))
    return url ? [{ ...named, ...reached(url) }] : []
  })
  const known: readonly NamedDlq[] = [
    ...workers,
    ...Object.entries(others).map(([name, url]) => ({ name, ...reached(url) })),
  ]
  return {
    dlqs: chosen(known, { queue, queueUrl }, reached),
    variables,
    ledger: found ?? placeNamed(environment),
    queueOf: ({ name, stem: own }, stem = own) => {
      if (stem === undefined) return undefined
      const url = queueUrlIn(variables, queueVariable(own === undefined ? stem : name))
      return url === undefined ? undefined : reached(url)
    },
  }
}

function chosen(
  known: readonly NamedDlq[],
  { queue, queueUrl }: Record<'queue' | 'queueUrl', string | undefined>,
  reached: (url: string) => SqsQueue,
): readonly NamedDlq[] {
  if (queueUrl !== undefined) {
    const url = checkedQueueUrl('--queue-url', queueUrl)
    const same = known.find((dlq) => dlq.url === url)
    return [same ?? { name: url.split('/').at(-1) ?? url, ...reached(url) }]
  }
  if (known.length === 0)
    throw new UsageError(
      'no DLQ is known; start lapse dev here, set USER_DELETED_DLQ_URL or the like, or give --stage or --queue-url',
    )
  if (queue === undefined) return known
  const named = known.filter(({ name }) => name === queue)
  if (named.length > 0) return named
  throw new UsageError(
    `no DLQ of ${queue} is known here; --queue takes ${known.map(({ name }) => name).join(', ')}`,
  )
}
