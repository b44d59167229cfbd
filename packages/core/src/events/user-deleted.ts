import { EventError } from '../errors.ts'
import { check } from './check.ts'
import { type Claim, claimOf, readCloudEvent } from './cloud-event.ts'
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

const subjectFieldOf: Readonly<Record<string, keyof SubjectFields>> = {
  'user.deleted': 'userDeleted',
  'ory.IdentityDeleted': 'identityDeleted',
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
  const kind = Object.hasOwn(subjectFieldOf, event.type) ? subjectFieldOf[event.type] : undefined
  if (kind === undefined) throw new EventError('unexpected-type: this queue takes user.deleted')

  const field = fields[kind]
  return {
    type: 'user.deleted',
    id: event.id,
    source: event.source,
    time: event.time,
    data: event.data,
    ...claimOf(event),
    subject: check(subject, memberOf(event.data, field), `data.${field}`),
  }
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
