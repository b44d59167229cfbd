import { EventError } from '../errors.ts'
import type { UserDeleted } from '../events/index.ts'
import {
  isUnresolved,
  parseUserDeleted,
  type SubjectFields,
  withoutSecrets,
} from '../events/index.ts'
import type { Lane } from '../lane.ts'
import type { BackfillRow } from './row.ts'

/** An event as it is sent, and as its worker reads it. */
export interface BackfillEvent {
  readonly line: number
  readonly body: string
  readonly event: UserDeleted
}

/** How a subject becomes an event. */
export interface Mapping {
  readonly subjectFields: SubjectFields
  readonly lane: Lane
}

const source = '/lapse/run'

/**
 * The event of a line: of the same run and line always the same.
 * @throws EventError where no worker would take it; the reason never holds the subject
 */
export function eventOf(
  { id, time }: Pick<BackfillRow, 'id' | 'time'>,
  line: number,
  subject: string,
  { subjectFields, lane }: Mapping,
): BackfillEvent {
  const body = JSON.stringify({
    specversion: '1.0',
    type: 'user.deleted',
    source,
    id: `${id}-${line}`,
    time,
    lane,
    data: dataWith(subject, subjectFields.userDeleted),
  })
  const event = parseUserDeleted(body, subjectFields)
  if (isUnresolved(event))
    throw new EventError(
      `subjects-unknown: a line is one subject, and SUBJECT_TEMPLATES makes several of ${source}, or looks them up; take it out there`,
    )
  return { line, body, event }
}

/**
 * Makes sure that a subject can be sent: its worker reads the event, and no queue takes the subject
 * for a secret, in whose place there would be a mark.
 * @throws EventError with a reason that never holds the subject
 */
export function checkSubject(subject: string, mapping: Mapping): void {
  const { body } = eventOf({ id: 'backfill', time: '2026-01-01T00:00:00Z' }, 1, subject, mapping)
  if (withoutSecrets(body) !== body)
    throw new EventError('holds-a-secret: data holds what looks like a secret')
}

/** The content in which a worker finds the subject, where its path says. */
function dataWith(subject: string, path: string): object {
  const names = path.split('.')
  return names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), subject) as object
}
