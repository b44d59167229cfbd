import { ConfigError } from '@lapse/core/errors'
import {
  defaultSubjectFields,
  isSubjectMapping,
  type SubjectFields,
  type SubjectMapping,
} from '@lapse/core/events'
import { jsonSetting } from './json.ts'
import { oryAccountsSettings } from './ory.ts'
import { type Environment, optional } from './texts.ts'
import { jsonLike } from './what-settings-are.ts'

/**
 * Which member is the OAuth2 subject is for the login app of this deployment to say.
 * @throws ConfigError for what can lead to no member: every event would be refused
 */
export function subjectFields(environment: Environment): SubjectFields {
  const { userDeleted, identityDeleted } = defaultSubjectFields
  const templates = subjectTemplates(environment)
  return {
    ...(templates && { templates }),
    userDeleted: path(environment, 'USER_DELETED_SUBJECT_FIELD') ?? userDeleted,
    identityDeleted: path(environment, 'IDENTITY_DELETED_SUBJECT_FIELD') ?? identityDeleted,
  }
}

/**
 * The same for whoever finds the subjects, and does not only look at events.
 * @throws ConfigError where identities are to be looked up, and nobody said where
 */
export function lookupSettings(environment: Environment): SubjectFields {
  const fields = subjectFields(environment)
  const mappings = Object.values(fields.templates ?? {}).flat()
  const { identitiesUrl } = oryAccountsSettings(environment)
  if (identitiesUrl !== undefined || mappings.every((rule) => typeof rule === 'string'))
    return fields
  throw new ConfigError(
    `ORY_IDENTITIES_URL is not set, and ${name} has users looked up at the identity provider`,
  )
}

function path(environment: Environment, name: string): string | undefined {
  const value = optional(environment, name)
  // A member may be called as it likes, a URL among it, but not with nothing at all.
  if (value === undefined || value.split('.').every((part) => part.trim() !== '')) return value
  throw new ConfigError(
    `${name} is not the name of a member, nor a path to one; write it like subject or object.user_id`,
  )
}

const name = 'SUBJECT_TEMPLATES'

function subjectTemplates(
  environment: Environment,
): Readonly<Record<string, SubjectMapping>> | undefined {
  const json = optional(environment, name)
  if (json === undefined) return undefined
  const value = jsonSetting(name, json, jsonLike[name])
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const wrong = Object.entries(value).find(([, mapping]) => !isSubjectMapping(mapping))
    if (wrong === undefined) return value as Readonly<Record<string, SubjectMapping>>
    throw new ConfigError(
      `${name}: what makes the subject of events from ${wrong[0]} names no member in braces; write it like "{employee.id}", or like {"external_id":"{employee.id}"} or {"credentials_identifier":"{employee.mail}"} to have it looked up, or a list of such`,
    )
  }
  throw new ConfigError(`${name} is not a JSON object; write it like ${jsonLike[name]}`)
}
