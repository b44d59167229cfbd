import { randomBytes } from 'node:crypto'
import { subjectFields } from '@lapse/aws/settings/subject-fields'
import type { Environment } from '@lapse/aws/settings/texts'
import {
  isCalledDerived,
  messageIdName,
  reasonName,
  sealName,
  timesRedriven,
} from '@lapse/core/delivery'
import { EventError } from '@lapse/core/errors'
import {
  type KeyRotated,
  type Offboarded,
  parseAppOffboarded,
  parseKeyRotated,
  parseUserDeleted,
  parseUserSignedOut,
  parseUserSuspended,
  type UnresolvedUserEvent,
  type UserEvent,
  type UserEventType,
} from '@lapse/core/events'
import { masked, type WorkflowEvent } from '@lapse/core/run'
import { type Stem, stems } from '../stems.ts'
import type { Letter } from './dlq.ts'
import type { NamedDlq } from './queues.ts'

type UserEventOf<Type extends UserEventType> = UserEvent<Type> | UnresolvedUserEvent<Type>

/** An event, and whose worker takes it. */
export type Read =
  | { readonly stem: 'user-deleted'; readonly event: UserEventOf<'user.deleted'> }
  | { readonly stem: 'user-suspended'; readonly event: UserEventOf<'user.suspended'> }
  | { readonly stem: 'user-signed-out'; readonly event: UserEventOf<'user.signed-out'> }
  | { readonly stem: 'app-offboarded'; readonly event: Offboarded }
  | { readonly stem: 'key-rotated'; readonly event: KeyRotated }

/** What can be said of a message on a DLQ. */
export interface Described {
  readonly letter: Letter
  readonly dlq: NamedDlq
  /** That of the attribute; `max-receives`, and `undelivered: <code>` where there is none. */
  readonly reason: string
  readonly redriven: number
  /** The id that the worker's log lines have. */
  readonly loggedAs: string
  /** A stub stands for a message that could not be copied with its reason. */
  readonly isStub: boolean
  readonly read: Read | { readonly refused: string }
}

export function describe(letter: Letter, dlq: NamedDlq, variables: Environment): Described {
  const { texts, messageId, body } = letter
  return {
    letter,
    dlq,
    reason: reasonOf(letter, dlq),
    redriven: timesRedriven(texts, texts[sealName]),
    loggedAs: texts[messageIdName] ?? messageId,
    isStub: isStub(body),
    read: isCalledDerived({ attributes: texts })
      ? readDerived(body, dlq.stem, variables)
      : readBody(body, dlq.stem, variables),
  }
}

/** The type of its event, for a person. */
export function typeOf({ read, isStub }: Described): string {
  if (isStub) return 'stub'
  return 'event' in read ? read.event.type : 'unreadable'
}

/** A publisher's text, unless the subject is in it. */
export function withoutSubject({ read }: Pick<Described, 'read'>, text: string): string {
  const { subject, names = [] }: Partial<WorkflowEvent> = 'event' in read ? read.event : {}
  const isIn = (name: string | undefined) => masked(text, name, anyKey) !== text
  return [subject, ...names].some(isIn) ? '(holds the subject)' : text
}

/** Of whether a text is masked, and not of how, it makes no difference. */
const anyKey = randomBytes(32)

/** Whether a reason is the one asked for: the whole of it, or what stands before its colon. */
export function hasReason({ reason }: Described, asked: string | undefined): boolean {
  return asked === undefined || reason === asked || reason.startsWith(`${asked}:`)
}

function reasonOf({ texts }: Letter, { stem }: NamedDlq): string {
  if (stem !== undefined) return texts[reasonName] ?? 'max-receives'
  // As EventBridge and SNS call it; what they say besides may quote the event.
  const code = texts['ERROR_CODE'] ?? texts['ErrorCode']
  return code === undefined ? 'undelivered' : `undelivered: ${code}`
}

function isStub(body: string): boolean {
  return /^\{"reason":.*"message_id":.*"body_sha256":"[0-9a-f]{64}","body_bytes":\d+\}$/s.test(body)
}

const readers: { readonly [S in Stem]: (body: string, variables: Environment) => Read } = {
  'user-deleted': (body, variables) => ({
    stem: 'user-deleted',
    event: parseUserDeleted(body, subjectFields(variables)),
  }),
  'user-suspended': (body, variables) => ({
    stem: 'user-suspended',
    event: parseUserSuspended(body, subjectFields(variables)),
  }),
  'user-signed-out': (body, variables) => ({
    stem: 'user-signed-out',
    event: parseUserSignedOut(body, subjectFields(variables)),
  }),
  'app-offboarded': (body) => ({ stem: 'app-offboarded', event: parseAppOffboarded(body) }),
  'key-rotated': (body) => ({ stem: 'key-rotated', event: parseKeyRotated(body) }),
}

/** An event that is on no DLQ, as the worker reads it that takes its type. */
export function readEvent(body: string, variables: Environment): Described['read'] {
  return readBody(body, undefined, variables)
}

/** What lapse has derived from another event names its subject itself, whatever mapping there is. */
function readDerived(
  body: string,
  own: Stem | undefined,
  variables: Environment,
): Described['read'] {
  return readBody(body, own, {
    ...variables,
    SUBJECT_TEMPLATES: undefined,
    USER_DELETED_SUBJECT_FIELD: undefined,
  })
}

/** As the worker of its queue reads it; of somebody else's DLQ, as the one that takes its type. */
function readBody(body: string, own: Stem | undefined, variables: Environment): Described['read'] {
  const tried = (own === undefined ? stems : [own]).map((stem) => readAs(stem, body, variables))
  const [first = { refused: 'unexpected-type' }] = tried
  return (
    tried.find((read) => 'event' in read) ??
    tried.find((read) => 'refused' in read && !read.refused.startsWith('unexpected-type')) ??
    first
  )
}

function readAs(stem: Stem, body: string, variables: Environment): Described['read'] {
  try {
    return readers[stem](body, variables)
  } catch (error) {
    if (error instanceof EventError) return { refused: error.reason }
    // What nests too deeply recurses without end, in a worker as well.
    if (error instanceof RangeError) return { refused: 'nested-too-deeply' }
    throw error
  }
}
