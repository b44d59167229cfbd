import {
  defaultSubjectFields,
  inOrysStream,
  inPublishersEvent,
  readUserEvent,
  type SubjectAt,
  type SubjectFields,
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
 * @throws EventError with a reason that names the member at fault and never its value
 */
export function parseUserDeleted(
  body: string,
  fields: SubjectFields = defaultSubjectFields,
): UserDeleted {
  return readUserEvent(body, 'user.deleted', ({ type }) => subjectAt.get(type), fields)
}
