import { EventError } from '@lapse/core/errors'
import {
  checkPublished,
  checkSize,
  defaultSubjectFields,
  type Published,
  parseAppOffboarded,
  parseKeyRotated,
  parseUserDeleted,
  parseUserSignedOut,
  parseUserSuspended,
  type SubjectFields,
} from '@lapse/core/events'
import { claimable, type Lane, type LaneRule, laneBy } from '@lapse/core/lane'
import type { EventStem, Stem } from './door-services.ts'
import type { EventType } from './source.ts'

/** An event on its way to the queue of its type. */
export interface Message {
  readonly stem: Stem
  readonly type: EventType
  /** The event's own id. */
  readonly id: string
  /** A CloudEvent in JSON. */
  readonly body: string
}

const stems: Readonly<Record<EventType, EventStem>> = {
  'user.deleted': 'user-deleted',
  'user.suspended': 'user-suspended',
  'user.signed-out': 'user-signed-out',
  'app.offboarded': 'app-offboarded',
  'key.rotated': 'key-rotated',
}

/** What an event is made a message by. */
export interface MessageTerms {
  readonly subjectField: string
  readonly subjectTemplates?: SubjectFields['templates']
  readonly lanes: LaneRule
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * A CloudEvent as a message, once its worker is known to process it. Where its source has one lane for
 * everything it is in that one, whatever it says; otherwise its claim is checked.
 *
 * @throws EventError with a reason that never holds a value
 */
export function messageOf(
  event: object,
  type: EventType,
  { lanes, now, ...mapping }: MessageTerms,
): Message {
  const body = queueJson(typeof lanes === 'string' ? { ...event, lane: lanes } : event)
  checkSize(body)
  const read = readAsWorker(body, type, mapping)
  checkPublished(read, now)
  const lane = laneOf(read, lanes)
  const stem = lane === 'incident' ? (`${stems[type]}-incident` as const) : stems[type]
  return { stem, type, id: read.id, body }
}

/** Here the sender hears of it; a worker has nobody to tell, and takes the event for a deletion. */
function laneOf({ lane: claimed }: Published, rule: LaneRule): Lane {
  const lane = laneBy(rule, claimed)
  if (lane !== undefined) return lane
  throw new EventError(
    `lane-not-allowed: this source may use ${typeof rule === 'string' ? rule : claimable(rule)}`,
  )
}

type Mapping = Pick<MessageTerms, 'subjectField' | 'subjectTemplates'>

function readAsWorker(
  body: string,
  type: EventType,
  { subjectField, subjectTemplates: templates }: Mapping,
): Published & { readonly id: string } {
  const fields = {
    ...defaultSubjectFields,
    userDeleted: subjectField,
    ...(templates && { templates }),
  }
  switch (type) {
    case 'user.deleted':
      return parseUserDeleted(body, fields)
    case 'user.suspended':
      return parseUserSuspended(body, fields)
    case 'user.signed-out':
      return parseUserSignedOut(body, fields)
    case 'app.offboarded':
      return parseAppOffboarded(body)
    case 'key.rotated':
      return parseKeyRotated(body)
  }
}

/** SQS refuses a body for the two characters that are in JSON as they stand, and not in XML. */
function queueJson(event: object): string {
  return JSON.stringify(event).replace(/[\uFFFE\uFFFF]/g, (character) =>
    character === '\uFFFE' ? '\\ufffe' : '\\uffff',
  )
}
