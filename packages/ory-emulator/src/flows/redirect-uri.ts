import { invalidRequest } from '../errors.ts'
import type { ClientRow } from '../state.ts'
import { redirectUris } from '../tokens/client-metadata.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'

/** The URI to answer at: the requested one if it is registered, or else the only one there is. */
export function matchRedirectUri(client: ClientRow, requested: string): string {
  const registered = redirectUris(client)
  const [only] = registered
  if (requested === '' && registered.length === 1 && only !== undefined && isValid(only))
    return only
  const known = registered.some((uri) => uri === requested || isSameLoopback(requested, uri))
  if (requested !== '' && known && isValid(requested)) return requested
  throw new OAuth2Error(
    invalidRequest,
    "The 'redirect_uri' parameter does not match any of the OAuth 2.0 Client's pre-registered redirect urls.",
  )
}

/** A native app on this machine may listen on any port (RFC 8252 section 7.3), but only by IP address. */
function isSameLoopback(requested: string, registered: string): boolean {
  const a = URL.parse(requested)
  const b = URL.parse(registered)
  if (a === null || b === null || a.protocol !== 'http:') return false
  const isLoopback = a.hostname === '[::1]' || /^127(\.\d+){3}$/.test(a.hostname)
  return (
    isLoopback && a.hostname === b.hostname && a.pathname === b.pathname && a.search === b.search
  )
}

function isValid(uri: string): boolean {
  const parsed = URL.parse(uri)
  return parsed !== null && parsed.hash === ''
}

/** What counts as this machine where `http` is concerned. */
export function isLocalhost(uri: string): boolean {
  const hostname = URL.parse(uri)?.hostname ?? ''
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname)
  )
}
