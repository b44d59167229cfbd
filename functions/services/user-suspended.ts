import { subjectFields } from '@lapse/aws/settings/subject-fields'
import { suspensionSettings } from '@lapse/aws/settings/workflows'
import { parseUserSuspended } from '@lapse/core/events'
import { forEachSubject, userSuspended } from '@lapse/core/workflows'
import { environment } from './environment.ts'

/** Reads a message, whose subjects are found as the login app of this deployment calls them. */
export const parseMessage = (body: string) => parseUserSuspended(body, subjectFields(environment))

/** Reads a message about one subject that lapse has derived from one about several. */
export const parseDerived = (body: string) => parseUserSuspended(body)

/** The workflow, under the settings of this deployment. */
export const userSuspendedWorkflow = (event: ReturnType<typeof parseMessage>) =>
  forEachSubject(event, userSuspended(suspensionSettings(environment)))
