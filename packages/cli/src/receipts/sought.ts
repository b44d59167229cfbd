import { secretVersions } from '@lapse/aws/secret-versions'
import { RefusedError } from '@lapse/core/errors'
import { subjectPseudonym } from '@lapse/core/events'
import { maskOf } from '@lapse/core/run'
import { CommandError, UsageError } from '../errors.ts'
import type { Place } from '../place.ts'
import { everyLedgerKey } from './every-ledger-key.ts'
import { subjectGiven } from './subject-given.ts'

/** What receipts are looked for by: one of these. */
export interface SoughtOptions {
  readonly subject?: string
  readonly client?: string
  readonly event?: string
  readonly issuer?: string
  readonly owner?: string
  readonly secret?: string
}

/** Names by which the index finds what is looked for; each is asked for in turn. */
export interface Sought {
  readonly abouts: readonly string[]
  /** Asked for where none of these finds anything. */
  readonly otherwise: () => Promise<readonly string[]>
}

const kinds = ['subject', 'client', 'event', 'issuer', 'owner', 'secret'] as const

type Kind = (typeof kinds)[number]

const nothingElse = async () => []

/** How a kind of thing is called in the index. Only the pseudonyms of a subject leave this machine. */
const soughtBy: Readonly<Record<Kind, (name: string, place: Place) => Promise<Sought>>> = {
  async subject(text, place) {
    const subject = await subjectGiven(text)
    const keys = await everyLedgerKey(place)
    const abouts = keys.map((key) => `subject:${subjectPseudonym(key, subject)}`)
    return { abouts, otherwise: nothingElse }
  },
  client: async (id) => ({ abouts: [`client:${id}`], otherwise: nothingElse }),
  issuer: async (url) => ({ abouts: [`issuer:${url}`], otherwise: nothingElse }),
  owner: async (owner) => ({ abouts: [`owner:${owner}`], otherwise: nothingElse }),
  async secret(nameOrArn, place) {
    const abouts = [`secret:${await arnOf(nameOrArn, place)}`]
    return { abouts, otherwise: nothingElse }
  },
  event: async (id, place) => ({
    abouts: [`event:${id}`],
    otherwise: () => maskedIds(id, place),
  }),
}

/**
 * Reads what to look for off the command line.
 * @throws UsageError unless it is one thing
 */
export async function soughtOf(options: SoughtOptions, place: Place): Promise<Sought> {
  const given = kinds.filter((kind) => options[kind] !== undefined)
  const [kind] = given
  if (kind === undefined || given.length > 1)
    throw new UsageError(`give one of ${kinds.map((name) => `--${name}`).join(', ')}`)
  const name = options[kind] ?? ''
  if (name.trim() === '') throw new UsageError(`--${kind} is empty; say what to look for`)
  return soughtBy[kind](name, place)
}

/** How an event's id stands in a receipt if its subject was in it: under each key another. */
async function maskedIds(id: string, place: Place): Promise<readonly string[]> {
  // Whoever may not read the key looks for what anybody can see.
  const keys = await everyLedgerKey(place).catch(() => [])
  return keys.map((key) => `event:${maskOf(id, key)}`)
}

/** Receipts name a secret by its ARN. */
async function arnOf(nameOrArn: string, place: Place): Promise<string> {
  if (nameOrArn.startsWith('arn:')) return nameOrArn
  const secrets = secretVersions(place.secretsManager)
  const described = await secrets.describe(nameOrArn).catch((error: unknown) => {
    if (error instanceof RefusedError) return undefined
    throw error
  })
  if (described !== undefined) return described.arn
  throw new CommandError(
    'there is no secret of this name; one that is gone is found by its ARN, as receipts have it',
  )
}
