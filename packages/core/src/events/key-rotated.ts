import * as v from 'valibot'
import { EventError } from '../errors.ts'
import { withoutNullsInside } from './absent.ts'
import { check } from './check.ts'
import { type Claim, claimOf, cloudEvent, readCloudEvent } from './cloud-event.ts'
import { parseIsoDuration } from './iso-duration.ts'
import type { PublicJwk } from './public-jwk.ts'
import { subject, text } from './text.ts'
import { usableJwk } from './usable-jwk.ts'
import { holdsPrivateKey } from './without-secrets.ts'

/** Ory keeps its own keys in sets named `hydra.…`, beside those named after issuers. */
const issuer = v.pipe(
  text,
  v.regex(/^https?:\/\/\S+$/),
  v.check((url) => URL.canParse(url)),
  v.description('a URL of at most 255 characters, like https://partner.example'),
)

const scope = v.pipe(text, v.regex(/^\S+$/), v.description('one scope, without a blank in it'))

const kids = v.pipe(
  v.array(text),
  v.minLength(1),
  v.maxLength(50),
  v.description('a list of 1 to 50 key ids'),
)

const overlap = v.pipe(
  v.string(),
  v.check((duration) => parseIsoDuration(duration) !== undefined),
  v.description(
    'an ISO 8601 duration in weeks, days, hours, minutes and seconds, like PT36H or P7D, of ten years at most',
  ),
)

const content = v.looseObject({
  issuer,
  subject: v.optional(subject),
  allow_any_subject: v.optional(v.boolean()),
  scope: v.pipe(v.array(scope), v.description('a list of scopes, like ["read", "write"]')),
  jwk: usableJwk,
  expires_at: cloudEvent.entries.time,
  retire: v.optional(
    v.looseObject({
      kids: v.optional(kids),
      others: v.optional(v.literal(true)),
      after: overlap,
    }),
  ),
  siblings: v.optional(v.picklist(['refuse', 'follow']), 'refuse'),
})

type Content = v.InferOutput<typeof content>

/** Which keys a new one takes the place of, and how long after it both are trusted. */
export interface Retire {
  /** By name, or every other key of the same issuer and subject. */
  readonly kids: readonly string[] | 'others'
  /** Milliseconds. */
  readonly afterMs: number
}

/** What becomes of grants that the event does not name and that stand on a key to be retired. */
export type Siblings = Content['siblings']

/** An issuer of assertions signs with a new key. */
export interface KeyRotated extends Claim {
  readonly type: 'key.rotated'
  readonly id: string
  readonly source: string
  /** When the key was rotated, RFC 3339. */
  readonly time: string
  readonly data: Readonly<Record<string, unknown>>
  readonly issuer: string
  /** For whom the issuer may speak; absent: for any subject. */
  readonly subject?: string
  readonly scope: readonly string[]
  readonly jwk: PublicJwk
  /** RFC 3339. */
  readonly expiresAt: string
  readonly retire?: Retire
  readonly siblings: Siblings
}

/**
 * Reads a queue message's body as `key.rotated`, whatever wraps it.
 * @throws EventError with a reason that names the member at fault and never its value;
 * `private-key` where the body holds private key material, wherever it stands
 */
export function parseKeyRotated(body: string): KeyRotated {
  if (holdsPrivateKey(body))
    throw new EventError('private-key: the event holds one, which is not kept in this copy')

  const event = readCloudEvent(body)
  const { id, source, time, type, data } = event
  if (type !== 'key.rotated') throw new EventError('unexpected-type: this queue takes key.rotated')

  const read = check(content, withoutNullsInside(data), 'data')
  if (Date.parse(read.expires_at) <= Date.parse(time))
    throw malformed('data.expires_at is not later than the event')
  if (Date.parse(read.expires_at) <= Date.parse(time) + (retireOf(read).retire?.afterMs ?? 0))
    throw malformed('data.expires_at is not later than the end of data.retire.after')

  const { issuer, scope, jwk, expires_at: expiresAt, siblings } = read
  const terms = { issuer, scope, jwk, expiresAt, siblings, ...subjectOf(read), ...retireOf(read) }
  return { type, id, source, time, data, ...claimOf(event), ...terms }
}

function subjectOf({ subject, allow_any_subject }: Content): { readonly subject?: string } {
  if ((subject === undefined) !== (allow_any_subject === true))
    throw malformed('data has to have one of subject and allow_any_subject: true')
  return subject === undefined ? {} : { subject }
}

function retireOf({ retire, jwk: { kid } }: Content): { readonly retire?: Retire } {
  if (retire === undefined) return {}

  const { kids, others, after } = retire
  if ((kids === undefined) === (others === undefined))
    throw malformed('data.retire has to have one of kids and others: true')
  if (kids?.includes(kid)) throw malformed('data.retire.kids holds the new key')
  return {
    retire: { kids: kids ? [...new Set(kids)] : 'others', afterMs: parseIsoDuration(after) ?? 0 },
  }
}

function malformed(problem: string): EventError {
  return new EventError(`malformed-event: ${problem}`)
}
