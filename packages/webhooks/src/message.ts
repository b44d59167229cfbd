import {
  checkPublished,
  checkSize,
  defaultSubjectFields,
  type Published,
  parseAppOffboarded,
  parseKeyRotated,
  parseUserDeleted,
} from '@lapse/core/events'
import type { Stem } from './door-services.ts'
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

const stems: Readonly<Record<EventType, Stem>> = {
  'user.deleted': 'user-deleted',
  'app.offboarded': 'app-offboarded',
  'key.rotated': 'key-rotated',
}

/**
 * A CloudEvent as a message, once its worker is known to process it.
 *
 * @param now milliseconds since the epoch
 * @throws EventError with a reason that never holds a value
 */
export function messageOf(
  event: object,
  type: EventType,
  subjectField: string,
  now: number,
): Message {
  const body = queueJson(event)
  checkSize(body)
  const read = readAsWorker(body, type, subjectField)
  checkPublished(read, now)
  return { stem: stems[type], type, id: read.id, body }
}

function readAsWorker(
  body: string,
  type: EventType,
  subjectField: string,
): Published & { readonly id: string } {
  switch (type) {
    case 'user.deleted':
      return parseUserDeleted(body, { ...defaultSubjectFields, userDeleted: subjectField })
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
