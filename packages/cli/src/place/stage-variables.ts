import { list } from '@lapse/aws/settings/texts'
import { dlqVariable, queueVariable } from '../sqs/variables.ts'
import type { StageDocument } from './stage-document.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** What AWS is, as whoever asks sees it. */
export interface Around {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string
  readonly account: string
  readonly region: string
  /** Where SQS is, if not at AWS. */
  readonly sqsEndpoint?: string | undefined
}

/** The functions' variables that say where things are, Ory's left out. */
export function stageVariables(
  stage: string,
  document: StageDocument,
  around: Around,
): Readonly<Record<string, string>> {
  const queues = Object.entries(document.queues).flatMap(([stem, [queue, dlq]]) => [
    [queueVariable(stem), queueUrl(queue, around)],
    [dlqVariable(stem), queueUrl(dlq, around)],
  ])
  const { rotated, secrets, log } = document
  return {
    ...document.settings,
    ...Object.fromEntries(queues),
    LEDGER_TABLE: document.table,
    LEDGER_KEY_SECRET_ID: secrets.ledgerKey,
    ...(log && { RECEIPTS_LOG_BUCKET: log.bucket, RECEIPTS_LOG_KEY_ID: log.key }),
    ...(rotated && { ROTATED_SECRETS: JSON.stringify(rotatedSecrets(stage, rotated)) }),
  }
}

/** A queue of the caller's account and region, whatever its name. */
export function queueUrl(name: string, { account, region, partition, sqsEndpoint }: Around) {
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  const origin = sqsEndpoint?.replace(/\/+$/, '') ?? `https://sqs.${region}.${suffix}`
  return `${origin}/${account}/${name}`
}

function rotatedSecrets(stage: string, rotated: NonNullable<StageDocument['rotated']>) {
  return Object.entries(rotated).flatMap(([overlap, names]) =>
    names.map((name) => ({
      secretId: `lapse/${stage}/clients/${name}`,
      overlap: overlap.replace(/!$/, ''),
      ...(overlap.endsWith('!') && { allowHardCut: true }),
    })),
  )
}

const lists = ['PROTECTED_CLIENT_IDS', 'PROTECTED_OWNERS', 'PROTECTED_ISSUERS'] as const

/** What either of two protects; neither can take it back. */
export function protectedByBoth(
  one: Variables,
  other: Variables,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lists.map((name) => [name, JSON.stringify([...list(one, name), ...list(other, name)])]),
  )
}
