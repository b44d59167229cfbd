import { subjectFields } from '@lapse/aws/settings/subject-fields'
import { userSettings } from '@lapse/aws/settings/workflows'
import { parseUserDeleted } from '@lapse/core/events'
import { forEachSubject, userDeleted } from '@lapse/core/workflows'
import { environment } from './environment.ts'

/** Reads a message, whose subjects are found as the login app of this deployment calls them. */
export const parseMessage = (body: string) => parseUserDeleted(body, subjectFields(environment))

/** Reads a message about one subject that lapse has derived from one about several. */
export const parseDerived = (body: string) => parseUserDeleted(body)

/** The workflow, under the settings of this deployment. */
export const userDeletedWorkflow = (event: ReturnType<typeof parseMessage>) =>
  forEachSubject(event, userDeleted(userSettings(environment)))
