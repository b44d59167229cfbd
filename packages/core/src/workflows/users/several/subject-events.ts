import {
  idempotencyKey,
  queueJson,
  subjectEventId,
  type UnresolvedUserEvent,
} from '../../../events/index.ts'
import { ordinaryLane } from '../../../lane.ts'
import { type MessageCall, recordedNames } from '../../../run/index.ts'
import type { Kept, KeptSubject } from './kept.ts'
import type { Resolved } from './resolve.ts'

/**
 * What there is to be kept of an event whose subjects are known: the id of the event for each of them,
 * which nobody can guess a subject from, and which is the same whoever finds the same.
 */
export function keptOf(
  event: UnresolvedUserEvent,
  { subjects, foundNobody }: Resolved,
  ledgerKey: Uint8Array,
): Kept {
  const parent = idempotencyKey(ledgerKey, event)
  return {
    subjects: subjects.map((subject) => ({
      id: subjectEventId(ledgerKey, parent, subject),
      subject,
    })),
    foundNobody,
    ...recordedNames(event, ledgerKey),
  }
}

/** The event for one subject as a message. Nothing else that names the user is in it. */
export function messageFor(
  { type, time, lane = ordinaryLane }: UnresolvedUserEvent,
  { id: parent, source }: Pick<Kept, 'id' | 'source'>,
  { id, subject }: KeptSubject,
): MessageCall {
  const event = { specversion: '1.0', id, source, type, time, data: { subject } }
  const body = queueJson({ ...event, ...(lane !== ordinaryLane && { lane }) })
  return { op: 'queue.send', params: { body, derived: { part: 'subject', parent } } }
}
