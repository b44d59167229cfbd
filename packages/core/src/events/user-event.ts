import { EventError } from '../errors.ts'
import { check } from './check.ts'
import { type Claim, type CloudEvent, claimOf, readCloudEvent } from './cloud-event.ts'
import { hasToBe } from './has-to-be.ts'
import { subject } from './text.ts'

/** Which member of the content is the OAuth2 subject, by who sends the event. */
export interface SubjectFields {
  /**
   * A member of `data` in `user.deleted`, `user.suspended` and `user.signed-out`, or the path to one
   * with full stops between its names (`object.user_id`); `subject` unless configured.
   */
  readonly userDeleted: string
  /** The same among the event attributes of Ory's stream; `IdentityID` unless configured. */
  readonly identityDeleted: string
}

export const defaultSubjectFields: SubjectFields = {
  userDeleted: 'subject',
  identityDeleted: 'IdentityID',
}

/** What has become of a user. */
export type UserEventType = 'user.deleted' | 'user.suspended' | 'user.signed-out'

/** An event about one user, of whom something has to end. */
export interface UserEvent<Type extends UserEventType = UserEventType> extends Claim {
  readonly type: Type
  readonly id: string
  readonly source: string
  /** When it happened to the user, RFC 3339. */
  readonly time: string
  readonly data: Readonly<Record<string, unknown>>
  /** The OAuth2 subject, exactly as it was accepted at login. */
  readonly subject: string
}

/** Whose way of naming a subject an event has, and the setting that says which member it is. */
export interface SubjectAt {
  readonly kind: keyof SubjectFields
  readonly setting: string
}

export const inPublishersEvent: SubjectAt = {
  kind: 'userDeleted',
  setting: 'USER_DELETED_SUBJECT_FIELD',
}

export const inOrysStream: SubjectAt = {
  kind: 'identityDeleted',
  setting: 'IDENTITY_DELETED_SUBJECT_FIELD',
}

/**
 * Reads a queue message's body as an event about a user, whatever wraps it.
 *
 * @param subjectOf where the subject of what is in the body stands; `undefined` where it is another event
 * @throws EventError with a reason that names the member at fault and never its value
 */
export function readUserEvent<Type extends UserEventType>(
  body: string,
  type: Type,
  subjectOf: (event: CloudEvent) => SubjectAt | undefined,
  fields: SubjectFields,
): UserEvent<Type> {
  const event = readCloudEvent(body)
  const at = subjectOf(event)
  if (at === undefined) throw new EventError(`unexpected-type: this queue takes ${type}`)

  return {
    type,
    id: event.id,
    source: event.source,
    time: event.time,
    data: event.data,
    ...claimOf(event),
    subject: subjectIn(event.data, fields[at.kind], at.setting),
  }
}

function subjectIn(data: CloudEvent['data'], field: string, setting: string): string {
  const found = memberOf(data, field)
  // The likeliest mistake of all: the subject is there, under a name that nobody has told us.
  if (found === undefined)
    throw new EventError(
      `malformed-event: data.${field} is missing; it has to be ${hasToBe(subject)}, unless the setting ${setting} names another member`,
    )
  return check(subject, found, `data.${field}`)
}

/** A member that is called like the path itself comes before what the path leads to. */
function memberOf(data: Readonly<Record<string, unknown>>, path: string): unknown {
  return Object.hasOwn(data, path) ? data[path] : path.split('.').reduce(ownMember, data)
}

function ownMember(value: unknown, name: string): unknown {
  const isObject = typeof value === 'object' && value !== null
  return isObject && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined
}
