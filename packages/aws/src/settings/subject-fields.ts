import { ConfigError } from '@lapse/core/errors'
import { defaultSubjectFields, type SubjectFields } from '@lapse/core/events'
import { type Environment, optional } from './texts.ts'

/**
 * Which member is the OAuth2 subject is for the login app of this deployment to say.
 * @throws ConfigError for what can lead to no member: every event would be refused
 */
export function subjectFields(environment: Environment): SubjectFields {
  const { userDeleted, identityDeleted } = defaultSubjectFields
  return {
    userDeleted: path(environment, 'USER_DELETED_SUBJECT_FIELD') ?? userDeleted,
    identityDeleted: path(environment, 'IDENTITY_DELETED_SUBJECT_FIELD') ?? identityDeleted,
  }
}

function path(environment: Environment, name: string): string | undefined {
  const value = optional(environment, name)
  // A member may be called as it likes, a URL among it, but not with nothing at all.
  if (value === undefined || value.split('.').every((part) => part.trim() !== '')) return value
  throw new ConfigError(
    `${name} is not the name of a member, nor a path to one; write it like subject or object.user_id`,
  )
}
