import { CommandError, UsageError } from '../errors.ts'

/** A queue and its DLQ, by their names. */
export type QueueNames = readonly [queue: string, dlq: string]

/**
 * Where everything of a stage is, as its stack writes it into the SSM parameter `/lapse/<stage>/place`
 * (infra/place.ts). It holds no secret, and no ARN: a name is of the account and the region it is asked in.
 */
export interface StageDocument {
  /** The version of lapse that was deployed. */
  readonly version: string
  readonly account: string
  readonly region: string
  /** By stem, incidents as `<stem>-incident`. */
  readonly queues: Readonly<Record<string, QueueNames>>
  /** What others could not deliver, and what their schedules could not begin: `user-events`, `sweep`, `seal`. */
  readonly dlqs: Readonly<Record<string, string>>
  /** The ledger's table. */
  readonly table: string
  /** Names of secrets. */
  readonly secrets: { readonly ledgerKey: string; readonly apiKey?: string | undefined }
  /**
   * Rotated clients by how long their overlap is, with `!` behind it where a hard cut is allowed.
   * Absent where there are more than the parameter has room for.
   */
  readonly rotated?: Readonly<Record<string, readonly string[]>> | undefined
  /** The id of the key under which everything is encrypted. */
  readonly key: string
  /** The topic that alarms go to, by its name. */
  readonly alarms: string
  /** The receipts log, where there is one: its bucket by name, its signing key by id. */
  readonly log?: { readonly bucket: string; readonly key: string } | undefined
  readonly urls: { readonly admin: string; readonly public: string; readonly webhooks: string }
  /** Settings by which an event is read before it is sent, and the name of the receipts log. */
  readonly settings: Readonly<Record<string, string>>
}

/** The name of the parameter. @throws UsageError for what no stage can be called */
export function parameterOf(stage: string): string {
  if (/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(stage)) return `/lapse/${stage}/place`
  throw new UsageError('--stage takes the name of a stage, such as production')
}

/** @throws CommandError naming the member that is not as lapse writes it */
export function parseStageDocument(text: string, parameter: string): StageDocument {
  const refuse = (member: string): never => {
    throw new CommandError(
      `${parameter} does not say where things are as this lapse reads it (${member}); deploy the stage again with this version`,
    )
  }
  const document = record(json(text)) ?? refuse('not JSON')
  const read = <T>(member: string, parse: (value: unknown) => T | undefined): T =>
    parse(document[member]) ?? refuse(member)
  const maybe = <T>(member: string, parse: (value: unknown) => T | undefined) =>
    document[member] === undefined ? undefined : read(member, parse)
  return {
    version: read('version', name),
    account: read('account', name),
    region: read('region', name),
    queues: read('queues', recordOf(queueNames)),
    dlqs: read('dlqs', recordOf(name)),
    table: read('table', name),
    secrets: read('secrets', secrets),
    rotated: maybe('rotated', recordOf(listOf(name))),
    key: read('key', name),
    alarms: read('alarms', name),
    log: maybe('log', log),
    urls: read('urls', urls),
    settings: read('settings', recordOf(plainText)),
  }
}

type Parse<T> = (value: unknown) => T | undefined

/** What an ARN or a URL could not be: it would lead to somebody else's. */
const name: Parse<string> = (value) =>
  typeof value === 'string' && /^[\w./+=@-]{1,256}$/.test(value) ? value : undefined

const plainText: Parse<string> = (value) => (typeof value === 'string' ? value : undefined)

const url: Parse<string> = (value) =>
  typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value) ? value : undefined

const queueNames: Parse<QueueNames> = (value) => {
  const [queue, dlq, ...others] = listOf(name)(value) ?? []
  return queue && dlq && others.length === 0 ? [queue, dlq] : undefined
}

const secrets: Parse<StageDocument['secrets']> = (value) => {
  const { ledgerKey, apiKey } = record(value) ?? {}
  const named = { ledgerKey: name(ledgerKey), apiKey: name(apiKey) }
  if (named.ledgerKey === undefined || (apiKey !== undefined && named.apiKey === undefined))
    return undefined
  return { ledgerKey: named.ledgerKey, apiKey: named.apiKey }
}

const log: Parse<NonNullable<StageDocument['log']>> = (value) => {
  const { bucket, key } = recordOf(name)(value) ?? {}
  return bucket && key ? { bucket, key } : undefined
}

const urls: Parse<StageDocument['urls']> = (value) => {
  const { admin, public: open, webhooks } = recordOf(url)(value) ?? {}
  return admin && open && webhooks ? { admin, public: open, webhooks } : undefined
}

function recordOf<T>(parse: Parse<T>): Parse<Readonly<Record<string, T>>> {
  return (value) => {
    const found = record(value)
    if (found === undefined) return undefined
    const entries = Object.entries(found).map(([key, member]) => [key, parse(member)] as const)
    if (entries.some(([, member]) => member === undefined)) return undefined
    return Object.fromEntries(entries) as Record<string, T>
  }
}

function listOf<T>(parse: Parse<T>): Parse<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) return undefined
    const members = value.map(parse)
    return members.includes(undefined) ? undefined : (members as T[])
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
