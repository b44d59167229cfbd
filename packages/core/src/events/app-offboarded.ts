import * as v from 'valibot'
import { EventError } from '../errors.ts'
import { withoutNullsInside } from './absent.ts'
import { check } from './check.ts'
import { readCloudEvent } from './cloud-event.ts'
import { clientId, text } from './text.ts'

const texts = v.optional(v.pipe(v.array(text), v.maxLength(50)))

const content = v.looseObject({
  mode: v.picklist(['delete', 'suspend', 'restore']),
  client_id: v.optional(clientId),
  owner: v.optional(text),
  /** Set by lapse itself, in the message for one of an owner's clients. */
  of_owner: v.optional(text),
  /** Set by lapse itself: an owner's clients are gone through in the order of their ids. */
  after_client_id: v.optional(v.pipe(v.string(), v.minLength(1))),
  /** Set by lapse itself, in the message for an owner's issuers and secrets. */
  parts_of_owner: v.optional(text),
  issuers: texts,
  secret_ids: texts,
})

type Content = v.InferOutput<typeof content>

/** What is done with a client: it goes for ever, or it stands still until it is restored. */
export type OffboardingMode = Content['mode']

interface Offboarding {
  readonly type: 'app.offboarded'
  readonly id: string
  readonly source: string
  /** When the app was offboarded, RFC 3339. */
  readonly time: string
  readonly data: Readonly<Record<string, unknown>>
  readonly mode: OffboardingMode
  /** URLs of trusted issuers that go with it, every grant of theirs. */
  readonly issuers: readonly string[]
  /** Secrets in Secrets Manager that go with it. */
  readonly secretIds: readonly string[]
}

/** One OAuth 2.0 client is offboarded. */
export interface AppOffboarded extends Offboarding {
  readonly clientId: string
  /** Whom the client has to belong to, where the event was about all clients of an owner. */
  readonly ofOwner: string | undefined
}

/** Every client of an owner is offboarded. */
export interface OwnerOffboarded extends Offboarding {
  readonly owner: string
  /** Clients up to this id have been gone through. */
  readonly afterClientId: string | undefined
}

/** What an owner had beside clients is offboarded: `issuers` and `secretIds`. Only lapse sends it. */
export interface OwnerPartsOffboarded extends Offboarding {
  readonly mode: 'delete'
  readonly partsOfOwner: string
}

/** An `app.offboarded` of any kind. */
export type Offboarded = AppOffboarded | OwnerOffboarded | OwnerPartsOffboarded

/**
 * Reads a queue message's body as `app.offboarded`, whatever wraps it.
 * @throws EventError with a reason that names the member at fault and never its value
 */
export function parseAppOffboarded(body: string): Offboarded {
  const { id, source, time, type, data } = readCloudEvent(body)
  if (type !== 'app.offboarded')
    throw new EventError('unexpected-type: this queue takes app.offboarded')

  const read = check(content, withoutNullsInside(data), 'data')
  const { mode, issuers = [], secret_ids: secretIds = [] } = read
  if (mode !== 'delete' && issuers.length + secretIds.length > 0)
    throw new EventError('malformed-event: data.issuers and data.secret_ids go with delete only')

  const event = { type, id, source, time, data, mode, issuers, secretIds } as const
  return { ...event, ...whose(read) }
}

/** Whether an event is about all clients of an owner. */
export function isAboutOwner(event: Offboarded): event is OwnerOffboarded {
  return 'owner' in event
}

/** Whether an event is about the issuers and secrets of an owner, and about no client. */
export function isAboutOwnerParts(event: Offboarded): event is OwnerPartsOffboarded {
  return 'partsOfOwner' in event
}

type Whose =
  | Pick<AppOffboarded, 'clientId' | 'ofOwner'>
  | Pick<OwnerOffboarded, 'owner' | 'afterClientId'>
  | Pick<OwnerPartsOffboarded, 'partsOfOwner' | 'mode'>

function whose(content: Content): Whose {
  const { mode, client_id, owner, of_owner, after_client_id, parts_of_owner } = content
  const named = [client_id, owner, parts_of_owner].filter((name) => name !== undefined)
  if (named.length !== 1)
    throw new EventError('malformed-event: data has to have one of client_id and owner')

  if (client_id !== undefined) return { clientId: client_id, ofOwner: of_owner }
  if (owner !== undefined) return { owner, afterClientId: after_client_id }
  if (mode !== 'delete' || parts_of_owner === undefined)
    throw new EventError('malformed-event: data.parts_of_owner goes with delete only')
  return { partsOfOwner: parts_of_owner, mode }
}
