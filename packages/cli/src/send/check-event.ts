import { EventError } from '@lapse/core/errors'
import { defaultSubjectFields, parseUserDeleted } from '@lapse/core/events'
import { CommandError } from '../errors.ts'

const advice: Readonly<Record<string, string>> = {
  'not-json': 'it is not JSON',
  'unknown-envelope': 'it is neither a CloudEvent nor anything known to carry one',
}

/**
 * Reads the event as the worker will, with the same settings, so that what would end in the DLQ
 * is never sent.
 */
export function checkEvent(
  body: string,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const { userDeleted, identityDeleted } = defaultSubjectFields
  try {
    parseUserDeleted(body, {
      userDeleted: environment['USER_DELETED_SUBJECT_FIELD'] || userDeleted,
      identityDeleted: environment['IDENTITY_DELETED_SUBJECT_FIELD'] || identityDeleted,
    })
  } catch (error) {
    if (!(error instanceof EventError)) throw error
    const reason = body.trim() === '' ? 'it is empty' : (advice[error.reason] ?? error.reason)
    throw new CommandError(`nothing was sent: this is no user.deleted event: ${reason}`, {
      cause: error,
    })
  }
}
