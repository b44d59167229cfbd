import { ConfigError } from '@lapse/core/errors'
import { jsonSetting } from './json.ts'
import { type Environment, optional } from './texts.ts'
import { jsonLike } from './what-settings-are.ts'

/** Somebody who may sign users out by JWTs, and which users. */
export interface RevocationIssuer {
  readonly issuer: string
  readonly jwksUri: string
  readonly subjectIssuers?: readonly string[]
  readonly emailDomains?: readonly string[]
  readonly opaqueIds?: boolean
}

const name = 'REVOCATION_ISSUERS'

/**
 * Who may sign users out by Global Token Revocation, out of `REVOCATION_ISSUERS`; `undefined` where it
 * is not set.
 * @throws ConfigError
 */
export function revocationIssuers(
  environment: Environment,
): readonly RevocationIssuer[] | undefined {
  const json = optional(environment, name)
  if (json === undefined) return undefined
  const value = jsonSetting(name, json, jsonLike[name])
  if (Array.isArray(value) && value.length > 0 && value.every(isIssuer)) return value
  throw new ConfigError(`${name} is not a JSON array of issuers; write it like ${jsonLike[name]}`)
}

const members = ['issuer', 'jwksUri', 'subjectIssuers', 'emailDomains', 'opaqueIds']

function isIssuer(value: unknown): value is RevocationIssuer {
  if (typeof value !== 'object' || value === null) return false
  const {
    issuer,
    jwksUri,
    subjectIssuers = [],
    emailDomains = [],
    opaqueIds = false,
  } = value as Readonly<Record<string, unknown>>
  return (
    Object.keys(value).every((member) => members.includes(member)) &&
    isFilled(issuer) &&
    isFilled(jwksUri) &&
    isPrivate(jwksUri) &&
    [subjectIssuers, emailDomains].every((list) => Array.isArray(list) && list.every(isFilled)) &&
    typeof opaqueIds === 'boolean'
  )
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

/** Keys that anybody on the way could exchange are anybody's keys; this machine is not on the way. */
function isPrivate(url: string): boolean {
  return /^https:\/\//.test(url) || /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(url)
}
