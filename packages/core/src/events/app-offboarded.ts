import * as v from 'valibot'
import { EventError } from '../errors.ts'
import { check } from './check.ts'
import { cloudEvent } from './cloud-event.ts'
import { unwrap } from './unwrap.ts'

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(255))
const texts = v.optional(v.pipe(v.array(text), v.maxLength(50)))

const content = v.looseObject({
  mode: v.picklist(['delete', 'suspend', 'restore']),
  client_id: v.optional(text),
  owner: v.optional(text),
  /** Set by lapse itself, in the message for one of an owner's clients. */
  of_owner: v.optional(text),
  /** Set by lapse itself: an owner's clients are gone through in the order of their ids. */
  after_client_id: v.optional(text),
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
  /** URLs of trusted issuers that go with the client, every grant of theirs. */
  readonly issuers: readonly string[]
  /** Secrets in Secrets Manager that go with the client. */
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

/**
 * Reads a queue message's body as `app.offboarded`, whatever wraps it.
 * @throws EventError with a reason that names the member at fault and never its value
 */
export function parseAppOffboarded(body: string): AppOffboarded | OwnerOffboarded {
  const { id, source, time, type, data } = check(cloudEvent, unwrap(body), '')
  if (type !== 'app.offboarded')
    throw new EventError('unexpected-type: this queue takes app.offboarded')

  const read = check(content, data, 'data')
  const { mode, issuers = [], secret_ids: secretIds = [] } = read
  if (mode !== 'delete' && issuers.length + secretIds.length > 0)
    throw new EventError('malformed-event: data.issuers and data.secret_ids go with delete only')

  return { type, id, source, time, data, mode, issuers, secretIds, ...whose(read) }
}

/** Whether an event is about an owner, and not about one client. */
export function isAboutOwner(event: AppOffboarded | OwnerOffboarded): event is OwnerOffboarded {
  return 'owner' in event
}

function whose({ client_id, owner, of_owner, after_client_id }: Content) {
  if (client_id !== undefined && owner === undefined)
    return { clientId: client_id, ofOwner: of_owner }
  if (client_id === undefined && owner !== undefined)
    return { owner, afterClientId: after_client_id }
  throw new EventError('malformed-event: data has to have one of client_id and owner')
}
