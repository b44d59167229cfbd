import { createHash } from 'node:crypto'
import {
  canonicalJson,
  type Identified,
  type OwnerOffboarded,
  type OwnersPart,
  queueJson,
} from '../../events/index.ts'
import { type Lane, ordinaryLane } from '../../lane.ts'
import type { MessageCall } from '../../run/index.ts'

/**
 * An event that lapse sends itself, about a part of what an owner's event is about. It has the same
 * id and content every time it is derived, whichever message sends it, so that it has one receipt.
 * Of the owner's event it holds the members that are known, and no others.
 */
export interface DerivedEvent extends Identified {
  readonly time: string
  /** That of the owner's event; absent: `deletion`. */
  readonly lane?: Lane
  readonly derived: OwnersPart
}

/** The event for one client of the owner; it holds neither the issuers nor the secrets. */
export function eventForClient(event: OwnerOffboarded, clientId: string): DerivedEvent {
  return derive(event, { part: 'client' }, { client_id: clientId })
}

/** The event for the owner's clients after one, in the order of their ids. */
export function eventForRest(event: OwnerOffboarded, clientId: string): DerivedEvent {
  return derive(event, { part: 'rest', after: clientId }, { owner: event.owner })
}

/** The event for the issuers and secrets that the owner's event names. */
export function eventForParts(event: OwnerOffboarded): DerivedEvent {
  const { owner, issuers, secretIds } = event
  return derive(event, { part: 'parts' }, { owner, issuers, secret_ids: secretIds })
}

/** The event as a message; what lapse says of it is not in its body. */
export function messageFor({ derived, ...event }: DerivedEvent): MessageCall {
  const body = queueJson({ specversion: '1.0', ...event })
  return { op: 'queue.send', params: { body, derived } }
}

/** The id is made of digests: that of the owner's event, and that of the part; however long they are. */
function derive(
  event: OwnerOffboarded,
  part: Pick<OwnersPart, 'part' | 'after'>,
  about: object,
): DerivedEvent {
  const { source, type, time, lane = ordinaryLane, mode, owner } = event
  const data = { mode, ...about }
  const root = event.derived?.root ?? digestOf(event)
  return {
    id: `${root}.${digest([part, data])}`,
    source,
    type,
    time,
    ...(lane !== ordinaryLane && { lane }),
    data,
    derived: { ...part, owner, root },
  }
}

/** All that makes an event the one it is: a reused id with other content is another one. */
function digestOf({ source, id, type, time, data }: OwnerOffboarded): string {
  return digest({ source, id, type, time, data })
}

function digest(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}
