import { subjectFields } from '@lapse/aws/settings/subject-fields'
import { suspensionSettings } from '@lapse/aws/settings/workflows'
import { parseUserSuspended, type UserSuspended } from '@lapse/core/events'
import { userSuspended } from '@lapse/core/workflows'
import { environment } from './environment.ts'

/** Reads a message, whose subject is where the login app of this deployment puts it. */
export const parseMessage = (body: string): UserSuspended =>
  parseUserSuspended(body, subjectFields(environment))

/** The workflow, under the settings of this deployment. */
export const userSuspendedWorkflow = () => userSuspended(suspensionSettings(environment))
