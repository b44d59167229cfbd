import { defaultSubjectFields, type SubjectFields } from '@lapse/core/events'
import { type Environment, optional } from './texts.ts'

/** Which member is the OAuth2 subject is for the login app of this deployment to say. */
export function subjectFields(environment: Environment): SubjectFields {
  const { userDeleted, identityDeleted } = defaultSubjectFields
  return {
    userDeleted: optional(environment, 'USER_DELETED_SUBJECT_FIELD') ?? userDeleted,
    identityDeleted: optional(environment, 'IDENTITY_DELETED_SUBJECT_FIELD') ?? identityDeleted,
  }
}
