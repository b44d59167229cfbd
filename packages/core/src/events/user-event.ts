import { EventError } from '../errors.ts'
import { canonicalJson } from './canonical-json.ts'
import { check } from './check.ts'
import { type Claim, type CloudEvent, claimOf, readCloudEvent } from './cloud-event.ts'
import { hasToBe } from './has-to-be.ts'
import {
  type IdentityLookup,
  type Mapped,
  mapSubjects,
  type SubjectMapping,
} from './subject-mapping.ts'
import type { TemplateMember } from './subject-template.ts'
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
  /** By `source`: what makes the subjects of the content, before either of the others is looked at. */
  readonly templates?: Readonly<Record<string, SubjectMapping>>
}

export const defaultSubjectFields: SubjectFields = {
  userDeleted: 'subject',
  identityDeleted: 'IdentityID',
}

/** What has become of a user. */
export type UserEventType = 'user.deleted' | 'user.suspended' | 'user.signed-out'

interface AboutUsers<Type extends UserEventType> extends Claim {
  readonly type: Type
  readonly id: string
  readonly source: string
  /** When it happened to the user, RFC 3339. */
  readonly time: string
  readonly data: Readonly<Record<string, unknown>>
}

/** What lapse says of an event about one user that it has derived from one about several. */
export type SubjectPart = {
  readonly part: 'subject'
  /** The id of the event about several, as the ledger knows it. */
  readonly parent: string
}

/** An event about one user, of whom something has to end. */
export interface UserEvent<Type extends UserEventType = UserEventType> extends AboutUsers<Type> {
  /** The OAuth2 subject, exactly as it was accepted at login. */
  readonly subject: string
  readonly derived?: SubjectPart
}

/**
 * An event about a user who has several subjects, or whose subjects the identity provider has to be
 * asked for.
 */
export interface UnresolvedUserEvent<Type extends UserEventType = UserEventType>
  extends AboutUsers<Type> {
  readonly subjects: readonly string[]
  readonly lookups: readonly IdentityLookup[]
  /** What makes its subjects, in one spelling: another mapping makes it another event. */
  readonly mapping: string
  /** Everything that names the user, which is as secret as a subject. */
  readonly names: readonly string[]
}

/** Whether the subjects of an event about a user are still to be found, or are several. */
export function isUnresolved<Type extends UserEventType>(
  event: UserEvent<Type> | UnresolvedUserEvent<Type>,
): event is UnresolvedUserEvent<Type> {
  return 'lookups' in event
}

/** Whose way of naming a subject an event has, and the setting that says which member it is. */
export interface SubjectAt {
  readonly kind: Exclude<keyof SubjectFields, 'templates'>
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
): UserEvent<Type> | UnresolvedUserEvent<Type> {
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
    ...aboutWhom(explainSubject(event, at, fields)),
  }
}

function aboutWhom(
  found: SubjectFound | SubjectsSought,
):
  | Pick<UserEvent, 'subject'>
  | Pick<UnresolvedUserEvent, 'subjects' | 'lookups' | 'mapping' | 'names'> {
  if ('subject' in found) return { subject: found.subject }
  const { subjects, lookups, mapping } = found
  const names = [...subjects, ...lookups.map(({ value }) => value)]
  return { subjects, lookups, mapping: canonicalJson(mapping), names }
}

interface Explanation {
  readonly setting: string
  /** What that setting says of this event. */
  readonly mapping: SubjectMapping
  readonly members: readonly TemplateMember[]
}

/** How an event's subject was found: by which setting, out of which members. */
export interface SubjectFound extends Explanation {
  readonly subject: string
}

/** How an event's subjects are found: several, or some for which the identity provider is asked. */
export type SubjectsSought = Explanation & Pick<Mapped, 'subjects' | 'lookups'>

/**
 * Finds the subject of an event, or what its subjects are found by.
 * @throws EventError with a reason that names the member at fault and never its value
 */
export function explainSubject(
  { source, data }: Pick<CloudEvent, 'source' | 'data'>,
  { kind, setting }: SubjectAt,
  { templates = {}, ...fields }: SubjectFields,
): SubjectFound | SubjectsSought {
  const mapping = Object.hasOwn(templates, source) ? templates[source] : undefined
  if (mapping === undefined) {
    const path = fields[kind]
    const value = subjectIn(data, path, setting)
    return { setting, mapping: path, members: [{ path, value }], subject: value }
  }
  const { subjects, lookups, members } = mapSubjects(mapping, (path) => memberOf(data, path))
  const explanation = { setting: 'SUBJECT_TEMPLATES', mapping, members }
  const [subject, ...others] = subjects
  const isOne = subject !== undefined && others.length + lookups.length === 0
  return isOne ? { ...explanation, subject } : { ...explanation, subjects, lookups }
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
