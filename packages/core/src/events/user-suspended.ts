import type { CloudEvent } from './cloud-event.ts'
import { isDeactivation } from './deactivation.ts'
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

/** A user may not sign in until further notice: what was granted in their name ends, and they stay. */
export type UserSuspended = UserEvent<'user.suspended'>

/**
 * Reads a queue message's body as `user.suspended`, whatever wraps it.
 * @param fields how subjects are found; absent: as `data.subject`, or Ory's `IdentityID`
 * @throws EventError with a reason that names the member at fault and never its value
 */
export function parseUserSuspended(
  body: string,
  fields: SubjectFields,
): UserSuspended | UnresolvedUserEvent<'user.suspended'>
export function parseUserSuspended(body: string): UserSuspended
export function parseUserSuspended(
  body: string,
  fields: SubjectFields = defaultSubjectFields,
): UserSuspended | UnresolvedUserEvent<'user.suspended'> {
  return readUserEvent(body, 'user.suspended', suspensionSubjectAt, fields)
}

/** Where the subject of what suspends a user stands; `undefined` where it is another event. */
export function suspensionSubjectAt(event: CloudEvent): SubjectAt | undefined {
  if (event.type === 'user.suspended') return inPublishersEvent
  return isDeactivation(event) ? inOrysStream : undefined
}
