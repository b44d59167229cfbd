import { EventError } from '@lapse/core/errors'
import type { SubjectFields } from '@lapse/core/events'
import type { LaneRule } from '@lapse/core/lane'
import { memberAt } from './payload.ts'
import type { Proof } from './schemes/scheme.ts'
import type { EventMapping, EventType, Source, TimeMapping } from './source.ts'

/** What a payload is made an event with. */
export interface Context {
  /** The name of the source. */
  readonly name: string
  readonly source: Source
  readonly proof: Proof
  /** What the source's events may be in. */
  readonly lanes: LaneRule
  /** The member of `data` that the worker takes for the subject. */
  readonly subjectField: string
  readonly subjectTemplates?: SubjectFields['templates']
  /** What users who are deactivated are. */
  readonly deactivatedUsersAre: 'suspended' | 'deleted'
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** A CloudEvent whose members nobody has checked yet. */
export interface Unchecked {
  readonly type: EventType
  readonly data: unknown
  /** When it happened as the publisher says, whatever stands there; `undefined` where it is we who say. */
  readonly statedTime: unknown
  readonly event: object
}

/** The event that a payload is. */
export function cloudEventOf(
  payload: unknown,
  mapping: EventMapping,
  id: string,
  context: Context,
): Unchecked {
  if ('itself' in mapping) return itself(payload, mapping.event)

  const { name, source, proof, subjectField } = context
  const type = typeOf(mapping, context)
  const stated = timeIn(payload, source.time)
  const signed = source.time?.absent === 'refused' ? undefined : isoTime(proof.at)
  const data =
    'subject' in mapping
      ? { [subjectField]: memberAt(payload, mapping.subject) }
      : memberAt(payload, mapping.data)
  const time = stated === undefined ? signed : stated
  const lane = source.lane === undefined ? undefined : memberAt(payload, source.lane)
  const event = { specversion: '1.0', id, source: `webhook:${name}`, type, time, lane, data }
  return { type, data, statedTime: stated, event }
}

/** Where a deployment says that whoever is deactivated is gone for good, they are deleted. */
function typeOf(mapping: EventMapping, { deactivatedUsersAre }: Context): EventType {
  const isDeactivation = 'deactivation' in mapping && mapping.deactivation === true
  return isDeactivation ? `user.${deactivatedUsersAre}` : mapping.event
}

function itself(payload: unknown, type: EventType): Unchecked {
  // A worker looks into what wraps an event as well; here there is nothing to be unwrapped.
  const version = memberAt(payload, 'specversion')
  if (typeof version !== 'string') {
    const missing = (version ?? undefined) === undefined ? ' is missing; it' : ''
    throw new EventError(`malformed-event: specversion${missing} has to be "1.0"`)
  }
  return {
    type,
    data: memberAt(payload, 'data'),
    statedTime: memberAt(payload, 'time'),
    event: payload as object,
  }
}

/** Whatever stands there: what is no time is refused with the rest of the event, and not made up. */
function timeIn(payload: unknown, mapping: TimeMapping | undefined): unknown {
  if (mapping === undefined) return undefined
  const stated = memberAt(payload, mapping.member)
  if (mapping.in === 'rfc3339' || stated === undefined) return stated
  return typeof stated === 'number' ? isoTime(stated) : 'no number'
}

function isoTime(milliseconds: number): string {
  const date = new Date(milliseconds)
  return Number.isNaN(date.getTime()) ? 'no time' : date.toISOString()
}
