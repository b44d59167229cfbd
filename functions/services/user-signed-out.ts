import { subjectFields } from '@lapse/aws/settings/subject-fields'
import { userSettings } from '@lapse/aws/settings/workflows'
import { parseUserSignedOut, type UserSignedOut } from '@lapse/core/events'
import { userSignedOut } from '@lapse/core/workflows'
import { environment } from './environment.ts'

/** Reads a message, whose subject is where the login app of this deployment puts it. */
export const parseMessage = (body: string): UserSignedOut =>
  parseUserSignedOut(body, subjectFields(environment))

/** The workflow, under the settings of this deployment. */
export const userSignedOutWorkflow = () => userSignedOut(userSettings(environment))
