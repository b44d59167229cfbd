import { EventError } from '../errors.ts'
import { readCloudEvent } from './cloud-event.ts'
import { deletionSubjectAt } from './user-deleted.ts'
import {
  explainSubject,
  type SubjectFields,
  type SubjectFound,
  type SubjectsSought,
  type UserEventType,
} from './user-event.ts'
import { signOutSubjectAt } from './user-signed-out.ts'
import { suspensionSubjectAt } from './user-suspended.ts'

/** An event about a user, and how its subject was found, or its subjects are. */
export type Explained = Named & (SubjectFound | SubjectsSought)

interface Named {
  /** What it is to lapse. */
  readonly event: UserEventType
  /** What it calls itself. */
  readonly type: string
  readonly source: string
}

const readings = [
  ['user.deleted', deletionSubjectAt],
  ['user.suspended', suspensionSubjectAt],
  ['user.signed-out', signOutSubjectAt],
] as const

/**
 * Whose event a message body is, as a worker finds it.
 * @throws EventError for what is no event about a user, and where its subject cannot be found
 */
export function explain(body: string, fields: SubjectFields): Explained {
  const event = readCloudEvent(body)
  for (const [name, subjectAt] of readings) {
    const at = subjectAt(event)
    if (at === undefined) continue
    const { type, source } = event
    return { event: name, type, source, ...explainSubject(event, at, fields) }
  }
  throw new EventError('unexpected-type: only events about a user have a subject to be found')
}
