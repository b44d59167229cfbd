import { subjectFields } from '@lapse/aws/settings/subject-fields'
import { userSettings } from '@lapse/aws/settings/workflows'
import { parseUserDeleted, type UserDeleted } from '@lapse/core/events'
import { userDeleted } from '@lapse/core/workflows'
import { environment } from './environment.ts'

/** Reads a message, whose subject is where the login app of this deployment puts it. */
export const parseMessage = (body: string): UserDeleted =>
  parseUserDeleted(body, subjectFields(environment))

/** The workflow, under the settings of this deployment. */
export const userDeletedWorkflow = () => userDeleted(userSettings(environment))
