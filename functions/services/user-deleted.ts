import { defaultSubjectFields, type SubjectFields } from '@lapse/core/events'
import { type UserDeletedSettings, userDeleted } from '@lapse/core/workflows'
import { duration } from './duration.ts'
import { environment } from './environment.ts'
import { optional } from './settings.ts'

/** Which member is the OAuth2 subject is for the login app of this deployment to say. */
export function subjectFields(): SubjectFields {
  const { userDeleted, identityDeleted } = defaultSubjectFields
  return {
    userDeleted: optional(environment, 'USER_DELETED_SUBJECT_FIELD') ?? userDeleted,
    identityDeleted: optional(environment, 'IDENTITY_DELETED_SUBJECT_FIELD') ?? identityDeleted,
  }
}

/** The workflow, under the settings of this deployment. */
export const userDeletedWorkflow = () => userDeleted(userDeletedSettings())

function userDeletedSettings(): UserDeletedSettings {
  const loginConsentTtlMs = duration(environment, 'LOGIN_CONSENT_TTL', '30m')
  const marginMs = duration(environment, 'FOLLOW_UP_MARGIN', '1m')
  return {
    followUpAfterMs: loginConsentTtlMs + marginMs,
    accessTokenLifespanMs: duration(environment, 'ACCESS_TOKEN_LIFESPAN', '1h'),
  }
}
