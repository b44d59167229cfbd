import { EventError } from '../errors.ts'
import { check } from './check.ts'
import { type Claim, type CloudEvent, claimOf, readCloudEvent } from './cloud-event.ts'
import { hasToBe } from './has-to-be.ts'
import { subject } from './text.ts'

/** Which member of the content is the OAuth2 subject, by the kind of event that carries it. */
export interface SubjectFields {
  /**
   * A member of `data` in `user.deleted` events, or the path to one with full stops between its
   * names (`object.user_id`); `subject` unless configured.
   */
  readonly userDeleted: string
  /** The same among the event attributes of Ory's `IdentityDeleted`; `IdentityID` unless configured. */
  readonly identityDeleted: string
}

export const defaultSubjectFields: SubjectFields = {
  userDeleted: 'subject',
  identityDeleted: 'IdentityID',
}

/** A user is gone: nothing granted in their name may go on working. */
export interface UserDeleted extends Claim {
  readonly type: 'user.deleted'
  readonly id: string
  readonly source: string
  /** When the user was deleted, RFC 3339. */
  readonly time: string
  readonly data: Readonly<Record<string, unknown>>
  /** The OAuth2 subject, exactly as it was accepted at login. */
  readonly subject: string
}

/** Where the subject of a type of event stands, and the setting that says so. */
const subjectFieldOf: Readonly<
  Record<string, { readonly kind: keyof SubjectFields; readonly setting: string }>
> = {
  'user.deleted': { kind: 'userDeleted', setting: 'USER_DELETED_SUBJECT_FIELD' },
  'ory.IdentityDeleted': { kind: 'identityDeleted', setting: 'IDENTITY_DELETED_SUBJECT_FIELD' },
}

/**
 * Reads a queue message's body as `user.deleted`, whatever wraps it.
 * @throws EventError with a reason that names the member at fault and never its value
 */
export function parseUserDeleted(
  body: string,
  fields: SubjectFields = defaultSubjectFields,
): UserDeleted {
  const event = readCloudEvent(body)
  const at = Object.hasOwn(subjectFieldOf, event.type) ? subjectFieldOf[event.type] : undefined
  if (at === undefined) throw new EventError('unexpected-type: this queue takes user.deleted')

  return {
    type: 'user.deleted',
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
