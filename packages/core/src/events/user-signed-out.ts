import type { CloudEvent } from './cloud-event.ts'
import {
  defaultSubjectFields,
  inPublishersEvent,
  readUserEvent,
  type SubjectAt,
  type SubjectFields,
  type UnresolvedUserEvent,
  type UserEvent,
} from './user-event.ts'

/** A user was signed out everywhere, and may sign in again at once. */
export type UserSignedOut = UserEvent<'user.signed-out'>

/**
 * Reads a queue message's body as `user.signed-out`, whatever wraps it.
 * @param fields how subjects are found; absent: as `data.subject`, or Ory's `IdentityID`
 * @throws EventError with a reason that names the member at fault and never its value
 */
export function parseUserSignedOut(
  body: string,
  fields: SubjectFields,
): UserSignedOut | UnresolvedUserEvent<'user.signed-out'>
export function parseUserSignedOut(body: string): UserSignedOut
export function parseUserSignedOut(
  body: string,
  fields: SubjectFields = defaultSubjectFields,
): UserSignedOut | UnresolvedUserEvent<'user.signed-out'> {
  return readUserEvent(body, 'user.signed-out', signOutSubjectAt, fields)
}

/** Where the subject of what signs a user out stands; `undefined` where it is another event. */
export function signOutSubjectAt({ type }: Pick<CloudEvent, 'type'>): SubjectAt | undefined {
  return type === 'user.signed-out' ? inPublishersEvent : undefined
}
