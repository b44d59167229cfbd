import { EventError } from '@lapse/core/errors'
import {
  defaultSubjectFields,
  parseAppOffboarded,
  parseKeyRotated,
  parseUserDeleted,
} from '@lapse/core/events'
import { CommandError } from '../errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The variables that name the queues, one for each type of event. */
export type QueueVariable =
  | 'USER_DELETED_QUEUE_URL'
  | 'APP_OFFBOARDED_QUEUE_URL'
  | 'KEY_ROTATED_QUEUE_URL'

/** How each worker reads an event, and the variable that names its queue. */
const workers: readonly {
  readonly queueVariable: QueueVariable
  readonly parse: (body: string, environment: Environment) => unknown
}[] = [
  { queueVariable: 'USER_DELETED_QUEUE_URL', parse: parseWithSubject },
  { queueVariable: 'APP_OFFBOARDED_QUEUE_URL', parse: parseAppOffboarded },
  { queueVariable: 'KEY_ROTATED_QUEUE_URL', parse: parseKeyRotated },
]

const advice: Readonly<Record<string, string>> = {
  'not-json': 'it is not JSON',
  'unknown-envelope': 'it is neither a CloudEvent nor anything known to carry one',
}

/**
 * Reads the event as its worker will, with the same settings, so that what would end in the DLQ is
 * never sent.
 *
 * @returns the variable that names the queue of its type
 * @throws CommandError for what no worker takes
 */
export function checkEvent(body: string, environment: Environment): QueueVariable {
  const worker = workers.find(({ parse }) => takes(() => parse(body, environment), body))
  if (worker !== undefined) return worker.queueVariable
  throw new CommandError(
    'nothing was sent: no worker takes events of this type; lapse takes user.deleted, app.offboarded and key.rotated',
  )
}

/** Whether the event is of a worker's type. @throws CommandError where it is, but is malformed */
function takes(parse: () => unknown, body: string): boolean {
  try {
    parse()
    return true
  } catch (error) {
    if (!(error instanceof EventError)) throw error
    if (error.reason.startsWith('unexpected-type')) return false
    const reason = body.trim() === '' ? 'it is empty' : (advice[error.reason] ?? error.reason)
    throw new CommandError(`nothing was sent: the event cannot be read: ${reason}`, {
      cause: error,
    })
  }
}

function parseWithSubject(body: string, environment: Environment): unknown {
  const { userDeleted, identityDeleted } = defaultSubjectFields
  return parseUserDeleted(body, {
    userDeleted: environment['USER_DELETED_SUBJECT_FIELD'] || userDeleted,
    identityDeleted: environment['IDENTITY_DELETED_SUBJECT_FIELD'] || identityDeleted,
  })
}
