import { subjectFields } from '@lapse/aws/settings/subject-fields'
import { userSettings } from '@lapse/aws/settings/workflows'
import { parseUserSignedOut } from '@lapse/core/events'
import { forEachSubject, userSignedOut } from '@lapse/core/workflows'
import { environment } from './environment.ts'

/** Reads a message, whose subjects are found as the login app of this deployment calls them. */
export const parseMessage = (body: string) => parseUserSignedOut(body, subjectFields(environment))

/** Reads a message about one subject that lapse has derived from one about several. */
export const parseDerived = (body: string) => parseUserSignedOut(body)

/** The workflow, under the settings of this deployment. */
export const userSignedOutWorkflow = (event: ReturnType<typeof parseMessage>) =>
  forEachSubject(event, userSignedOut(userSettings(environment)))
