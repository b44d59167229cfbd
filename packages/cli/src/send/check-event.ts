import { subjectFields } from '@lapse/aws/settings/subject-fields'
import type { Environment } from '@lapse/aws/settings/texts'
import { EventError } from '@lapse/core/errors'
import {
  checkPublished,
  checkSize,
  type Published,
  parseAppOffboarded,
  parseKeyRotated,
  parseUserDeleted,
  parseUserSignedOut,
  parseUserSuspended,
  passedOverSource,
  type SubjectFields,
} from '@lapse/core/events'
import { CommandError } from '../errors.ts'
import { refusalOf } from './refusal.ts'

export type EventVariable =
  | 'USER_DELETED'
  | 'USER_SUSPENDED'
  | 'USER_SIGNED_OUT'
  | 'APP_OFFBOARDED'
  | 'KEY_ROTATED'

/** The variables that name the queues: for each type of event one, and one for its incidents. */
export type QueueVariable = `${EventVariable}_QUEUE_URL` | `${EventVariable}_INCIDENT_QUEUE_URL`

/** How each worker reads an event, and how the variables begin that name its queues. */
const workers: readonly {
  readonly variable: EventVariable
  readonly parse: (body: string, environment: Environment) => Published
}[] = [
  { variable: 'USER_DELETED', parse: withSubjects(parseUserDeleted) },
  { variable: 'USER_SUSPENDED', parse: withSubjects(parseUserSuspended) },
  { variable: 'USER_SIGNED_OUT', parse: withSubjects(parseUserSignedOut) },
  { variable: 'APP_OFFBOARDED', parse: parseAppOffboarded },
  { variable: 'KEY_ROTATED', parse: parseKeyRotated },
]

/**
 * Reads the event as its worker will, with the same settings, so that what would end in the DLQ is
 * never sent.
 *
 * @param now milliseconds since the epoch
 * @returns the variable that names the queue of its type and lane
 * @throws CommandError for what no worker takes
 */
export function checkEvent(body: string, environment: Environment, now: number): QueueVariable {
  try {
    for (const { parse, variable } of workers) {
      const event = ofItsType(() => parse(body, environment))
      if (event === undefined) continue
      checkPublished(event, now)
      checkSize(body)
      return event.lane === 'incident' ? `${variable}_INCIDENT_QUEUE_URL` : `${variable}_QUEUE_URL`
    }
    if (passedOverSource(body) !== undefined) return 'USER_DELETED_QUEUE_URL'
  } catch (error) {
    if (!(error instanceof EventError)) throw error
    throw new CommandError(`nothing was sent: the event is refused: ${refusalOf(error, body)}`, {
      cause: error,
    })
  }
  throw new CommandError(
    'nothing was sent: no worker takes events of this type; lapse takes user.deleted, user.suspended, user.signed-out, app.offboarded and key.rotated',
  )
}

/**
 * How the variables begin that name the queues of an event's type, whatever settings it is to be read
 * with; `undefined` for what no worker takes.
 */
export function eventVariableOf(body: string): EventVariable | undefined {
  const isOfThis = ({ parse }: (typeof workers)[number]) => {
    try {
      return ofItsType(() => parse(body, {})) !== undefined
    } catch (error) {
      if (error instanceof EventError) return true
      throw error
    }
  }
  const own = workers.find(isOfThis)?.variable
  return own ?? (passedOverSource(body) === undefined ? undefined : 'USER_DELETED')
}

/** @returns `undefined` where the event is of another worker's type @throws EventError where it is malformed */
function ofItsType(parse: () => Published): Published | undefined {
  try {
    return parse()
  } catch (error) {
    if (error instanceof EventError && error.reason.startsWith('unexpected-type')) return undefined
    throw error
  }
}

function withSubjects(parse: (body: string, fields: SubjectFields) => Published) {
  return (body: string, environment: Environment) => parse(body, subjectFields(environment))
}
