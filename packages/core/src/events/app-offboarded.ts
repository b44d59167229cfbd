import * as v from 'valibot'
import { EventError } from '../errors.ts'
import { withoutNullsInside } from './absent.ts'
import { check } from './check.ts'
import { type Claim, claimOf, readCloudEvent } from './cloud-event.ts'
import { clientId, text } from './text.ts'

const texts = v.optional(
  v.pipe(v.array(text), v.maxLength(50), v.description('a list of at most 50 texts')),
)

const content = v.looseObject({
  mode: v.picklist(['delete', 'suspend', 'restore', 'reset']),
  client_id: v.optional(clientId),
  owner: v.optional(text),
  issuers: texts,
  secret_ids: texts,
})

type Content = v.InferOutput<typeof content>

/**
 * What lapse says of an event that it has derived from an owner's: which part it is about, whose,
 * and from which event. A publisher can say none of it.
 */
export type OwnersPart = {
  /** One client, the clients after one in the order of their ids, or issuers and secrets. */
  readonly part: 'client' | 'rest' | 'parts'
  readonly owner: string
  /** The owner's event, as a digest. */
  readonly root: string
  /** With `rest`: clients up to this id have been gone through. */
  readonly after?: string
}

/**
 * What is done with a client: it goes for ever, it stands still until it is restored, or it stays
 * (`reset`) and everything that was ever granted to it goes, its secret included.
 */
export type OffboardingMode = Content['mode']

interface Offboarding extends Claim {
  readonly type: 'app.offboarded'
  readonly id: string
  readonly source: string
  /** When the app was offboarded, RFC 3339. */
  readonly time: string
  readonly data: Readonly<Record<string, unknown>>
  readonly mode: OffboardingMode
  /** URLs of trusted issuers that go with it, every grant of theirs. */
  readonly issuers: readonly string[]
  /** Secrets in Secrets Manager that go with it; of a reset, the one that gets a new value. */
  readonly secretIds: readonly string[]
  readonly derived?: OwnersPart
}

/** One OAuth 2.0 client is offboarded. */
export interface AppOffboarded extends Offboarding {
  readonly clientId: string
}

/** Every client of an owner is offboarded. */
export interface OwnerOffboarded extends Offboarding {
  readonly owner: string
}

/** An `app.offboarded` of any kind. */
export type Offboarded = AppOffboarded | OwnerOffboarded

/**
 * Reads a queue message's body as `app.offboarded`, whatever wraps it.
 * @throws EventError with a reason that names the member at fault and never its value
 */
export function parseAppOffboarded(body: string): Offboarded {
  const read = readCloudEvent(body)
  const { id, source, time, type, data } = read
  if (type !== 'app.offboarded')
    throw new EventError('unexpected-type: this queue takes app.offboarded')

  const terms = check(content, withoutNullsInside(data), 'data')
  const { mode, issuers = [], secret_ids: secretIds = [] } = terms
  if (mode !== 'delete' && issuers.length > 0)
    throw new EventError('malformed-event: data.issuers goes with delete only')
  if (mode !== 'delete' && mode !== 'reset' && secretIds.length > 0)
    throw new EventError('malformed-event: data.secret_ids goes with delete and reset only')
  if (mode === 'reset' && terms.owner !== undefined)
    throw new EventError('malformed-event: a reset is of one client; name it as data.client_id')

  const event = { type, id, source, time, data, mode, issuers, secretIds } as const
  return { ...event, ...claimOf(read), ...whose(terms) }
}

/** Whether an event is about all clients of an owner. */
export function isAboutOwner(event: Offboarded): event is OwnerOffboarded {
  return 'owner' in event
}

function whose(content: Content): Pick<AppOffboarded, 'clientId'> | Pick<OwnerOffboarded, 'owner'> {
  const { client_id, owner } = content
  if (client_id !== undefined && owner === undefined) return { clientId: client_id }
  if (owner !== undefined && client_id === undefined) return { owner }
  // What lapse sent itself before 2026-12: whose parts they are is not to be had from a body.
  if (Object.hasOwn(content, 'parts_of_owner'))
    throw new EventError(
      'internal-event: only lapse itself sets data.parts_of_owner; send the event about the owner',
    )
  throw new EventError('malformed-event: data has to have one of client_id and owner')
}
