import { EventError } from '../errors.ts'
import type { UserDeleted } from '../events/index.ts'
import { parseUserDeleted, type SubjectFields, withoutSecrets } from '../events/index.ts'
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
  readonly lane: string
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
  if (withoutSecrets(body) !== body)
    throw new EventError('holds-a-secret: data holds what looks like a secret')
  return { line, body, event: parseUserDeleted(body, subjectFields) }
}

/** The content in which a worker finds the subject, where its path says. */
function dataWith(subject: string, path: string): object {
  const names = path.split('.')
  return names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), subject) as object
}
