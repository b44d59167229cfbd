import { ConfigError } from '../errors.ts'
import type { SecretDescription } from '../ports/index.ts'
import type { Protection } from '../protection/index.ts'
import { parseDuration } from './duration.ts'

/** A secret that lapse rotates. */
export interface RotationEntry {
  /** The secret's name or its ARN. */
  readonly secretId: string
  /**
   * How long its consumers may keep a value they have read, ISO 8601 (`PT1H`) or Go's form (`1h`):
   * the old credential works for that long beside the new one.
   */
  readonly overlap: string
  /**
   * Where the server cannot have two secrets at a time: whether to replace the one there is, so
   * that consumers fail from that moment until they read again.
   */
  readonly allowHardCut?: boolean
}

/** What rotation has to be told. */
export interface RotationSettings extends Protection {
  readonly entries: readonly RotationEntry[]
  /** The URL Ory knows its token endpoint by: the audience of every assertion. */
  readonly tokenEndpoint: string
}

/** The entry of a secret, by name or ARN. */
export function entryOf(
  { entries }: RotationSettings,
  { arn, name }: Pick<SecretDescription, 'arn' | 'name'>,
): RotationEntry | undefined {
  return entries.find(({ secretId }) => secretId === arn || secretId === name)
}

/** How long old and new work side by side, in milliseconds. @throws ConfigError */
export function overlapMsOf({ secretId, overlap }: RotationEntry): number {
  const milliseconds = parseDuration(overlap)
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds

  throw new ConfigError(`overlap of ${secretId} is not a duration; write it like PT1H or 1h`)
}

/**
 * Reads entries that were configured as JSON.
 * @throws ConfigError that names the entry and the member at fault
 */
export function readRotationEntries(json: string): readonly RotationEntry[] {
  const given = parse(json)
  if (!Array.isArray(given)) throw notAnArray()

  const entries = given.map(readEntry)
  const twice = entries.find(
    ({ secretId }, index) => entries.findIndex((other) => other.secretId === secretId) < index,
  )
  if (twice !== undefined) throw new ConfigError(`${twice.secretId} is configured twice`)
  return entries
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw notAnArray()
  }
}

function notAnArray(): ConfigError {
  return new ConfigError(
    'rotated secrets must be a JSON array of objects with secretId and overlap',
  )
}

function readEntry(given: unknown, index: number): RotationEntry {
  const at = `rotated secrets[${index}]`
  if (typeof given !== 'object' || given === null)
    throw new ConfigError(`${at} is not an object with secretId and overlap`)

  const { secretId, overlap, allowHardCut, ...others } = given as Record<string, unknown>
  const [unknown] = Object.keys(others)
  if (unknown !== undefined)
    throw new ConfigError(`${at} has no member ${unknown}, only secretId, overlap and allowHardCut`)
  if (typeof secretId !== 'string' || secretId === '')
    throw new ConfigError(`${at}.secretId must be a secret's name or ARN`)
  if (typeof overlap !== 'string')
    throw new ConfigError(`${at}.overlap must be a duration like PT1H or 1h`)
  if (allowHardCut !== undefined && typeof allowHardCut !== 'boolean')
    throw new ConfigError(`${at}.allowHardCut must be true or false`)

  const entry = { secretId, overlap, ...(allowHardCut === undefined ? {} : { allowHardCut }) }
  overlapMsOf(entry)
  return entry
}
