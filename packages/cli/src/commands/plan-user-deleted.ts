import { subjectFields } from '@lapse/aws/settings/subject-fields'
import { userDeletedSettings } from '@lapse/aws/settings/workflows'
import { parseUserDeleted } from '@lapse/core/events'
import { userDeleted } from '@lapse/core/workflows'
import { UsageError } from '../errors.ts'
import { eventOfFile } from '../plan/event-of-file.ts'
import { eventOfOptions } from '../plan/event-of-options.ts'
import { type PlanOptions, showPlan } from '../plan/show-plan.ts'

export interface UserOptions extends PlanOptions {
  readonly subject?: string
}

/** `lapse plan user-deleted`: what an event in a file, or one about a subject, would do now. */
export async function planUserDeleted(
  file: string | undefined,
  { subject, ...options }: UserOptions,
): Promise<void> {
  if ((file === undefined) === (subject === undefined)) {
    throw new UsageError('give one of --subject and a file; lapse plan --help shows how')
  }
  if (subject === '') throw new UsageError('--subject is empty; say whose grants to look for')

  await showPlan(async (settings) => {
    const parse = (body: string) => parseUserDeleted(body, subjectFields(settings))
    const event = file === undefined ? aboutSubject(subject) : await eventOfFile(file, parse)
    return { workflow: userDeleted(userDeletedSettings(settings)), event }
  }, options)
}

/** Which member of a publisher's event is the subject says nothing of an option. */
function aboutSubject(subject: string | undefined) {
  return eventOfOptions('user.deleted', { subject }, (body) => parseUserDeleted(body), {
    subject: '--subject',
  })
}
