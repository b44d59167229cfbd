import { invalidRequest, invalidScope } from '../errors.ts'
import type { ClientRow } from '../state.ts'
import { allowedAudience, allowedScope } from './client-metadata.ts'
import { OAuth2Error } from './oauth2-error.ts'

/**
 * Whether one of the allowed scopes covers the requested one: Hydra's default strategy `wildcard`,
 * in which `photos.*` covers `photos.read` and `photos.read.all`, and `*` everything.
 */
export function coversScope(allowed: readonly string[], requested: string): boolean {
  const parts = requested.split('.')
  return allowed.some((matcher) => matchesParts(matcher.split('.'), parts))
}

function matchesParts(matcher: readonly string[], parts: readonly string[]): boolean {
  if (matcher.length > parts.length) return false
  if (matcher.length < parts.length && matcher.at(-1) !== '*') return false
  return matcher.every(
    (part, index) => part === parts[index] || (part === '*' && parts[index] !== ''),
  )
}

/** Throws `invalid_scope` for the first scope the client may not request. */
export function checkScope(client: ClientRow, requested: readonly string[]): void {
  const refused = requested.find((scope) => !coversScope(allowedScope(client), scope))
  if (refused === undefined) return
  throw new OAuth2Error(
    invalidScope,
    `The OAuth 2.0 Client is not allowed to request scope '${refused}'.`,
  )
}

/** Throws `invalid_request` for the first audience that is not on the client's list. */
export function checkAudience(client: ClientRow, requested: readonly string[]): void {
  const refused = requested.find((audience) => !coversAudience(allowedAudience(client), audience))
  if (refused === undefined) return
  throw new OAuth2Error(
    invalidRequest,
    `Requested audience '${refused}' has not been whitelisted by the OAuth 2.0 Client.`,
  )
}

/** Same scheme and host, and a path at or below an allowed one. */
export function coversAudience(allowed: readonly string[], requested: string): boolean {
  const wanted = splitUrl(requested)
  return allowed.some((value) => {
    const { origin, path } = splitUrl(value)
    const base = path.replace(/\/+$/, '')
    return (
      origin === wanted.origin &&
      (wanted.path === path || wanted.path === base || wanted.path.startsWith(`${base}/`))
    )
  })
}

/**
 * An audience need not be a URL. What has a scheme but no slash after it (`urn:a`) is compared by
 * its scheme alone, as Go's parser has neither host nor path for it; what has none is all path.
 */
function splitUrl(value: string): { origin: string; path: string } {
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*:)(\/\/[^/?#]*)?(\/[^?#]*)?/.exec(value)
  if (match === null) return { origin: '', path: value.split(/[?#]/, 1)[0] ?? '' }
  return { origin: `${match[1]?.toLowerCase()}${match[2] ?? ''}`, path: match[3] ?? '' }
}
