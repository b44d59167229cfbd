import type { Request } from '../http.ts'
import type { Ory } from '../ory.ts'

/** As Go prints the URL of a request: mostly a path, and the query if there is one. */
export function requestUri({ origin, path, search }: Request): string {
  return `${origin}${path}${search}`
}

/** When a logout request was made and until when it may be confirmed. */
export function logoutTimes({ now, settings }: Ory): { requestedAt: number; expiresAt: number } {
  const requestedAt = Math.round(now() / 1000) * 1000
  return { requestedAt, expiresAt: requestedAt + settings.loginConsentTtlMs }
}
