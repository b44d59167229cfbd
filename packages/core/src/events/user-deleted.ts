import type { CloudEvent } from './cloud-event.ts'
import {
  defaultSubjectFields,
  inOrysStream,
  inPublishersEvent,
  readUserEvent,
  type SubjectAt,
  type SubjectFields,
  type UnresolvedUserEvent,
  type UserEvent,
} from './user-event.ts'

/** A user is gone: nothing granted in their name may go on working. */
export type UserDeleted = UserEvent<'user.deleted'>

const subjectAt: ReadonlyMap<string, SubjectAt> = new Map([
  ['user.deleted', inPublishersEvent],
  ['ory.IdentityDeleted', inOrysStream],
])

/**
 * Reads a queue message's body as `user.deleted`, whatever wraps it.
 * @param fields how subjects are found; absent: as `data.subject`, or Ory's `IdentityID`
 * @throws EventError with a reason that names the member at fault and never its value
 */
export function parseUserDeleted(
  body: string,
  fields: SubjectFields,
): UserDeleted | UnresolvedUserEvent<'user.deleted'>
export function parseUserDeleted(body: string): UserDeleted
export function parseUserDeleted(
  body: string,
  fields: SubjectFields = defaultSubjectFields,
): UserDeleted | UnresolvedUserEvent<'user.deleted'> {
  return readUserEvent(body, 'user.deleted', deletionSubjectAt, fields)
}

/** Where the subject of what deletes a user stands; `undefined` where it is another event. */
export function deletionSubjectAt({ type }: Pick<CloudEvent, 'type'>): SubjectAt | undefined {
  return subjectAt.get(type)
}
