import { EventError } from '../errors.ts'
import { check } from './check.ts'
import { cloudEvent } from './cloud-event.ts'
import { subject } from './text.ts'
import { unwrap } from './unwrap.ts'

/** Which member of the content is the OAuth2 subject, by the kind of event that carries it. */
export interface SubjectFields {
  /** A member of `data` in `user.deleted` events; `subject` unless configured. */
  readonly userDeleted: string
  /** An event attribute of Ory's `IdentityDeleted`; `IdentityID` unless configured. */
  readonly identityDeleted: string
}

export const defaultSubjectFields: SubjectFields = {
  userDeleted: 'subject',
  identityDeleted: 'IdentityID',
}

/** A user is gone: nothing granted in their name may go on working. */
export interface UserDeleted {
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
  const event = check(cloudEvent, unwrap(body), '')
  const kind = Object.hasOwn(subjectFieldOf, event.type) ? subjectFieldOf[event.type] : undefined
  if (kind === undefined) throw new EventError('unexpected-type: this queue takes user.deleted')

  const field = fields[kind]
  return {
    type: 'user.deleted',
    id: event.id,
    source: event.source,
    time: event.time,
    data: event.data,
    subject: check(subject, memberOf(event.data, field), `data.${field}`),
  }
}

function memberOf(data: Readonly<Record<string, unknown>>, field: string): unknown {
  return Object.hasOwn(data, field) ? data[field] : undefined
}
