import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import { optionalChallengeOf } from './challenge-parameter.ts'
import { setQuery } from './go-url.ts'
import { redirectTo } from './login-requests.ts'
import { logoutRequests } from './logout-request.ts'

/** getOAuth2LogoutRequest */
export function getOAuth2LogoutRequest(request: Request, ory: Ory): Answer {
  const challenge = optionalChallengeOf(request, 'logout_challenge')
  const logout = logoutRequests(ory).get(ory, challenge)
  if (logout.wasUsed) return { status: 410, json: { redirect_to: logout.requestUrl } }
  return {
    status: 200,
    json: {
      challenge,
      subject: logout.subject,
      sid: logout.sid,
      request_url: logout.requestUrl,
      rp_initiated: logout.rpInitiated,
      expires_at: rfc3339(logout.expiresAt),
      requested_at: rfc3339(logout.requestedAt),
      client: logout.client ?? null,
    },
  }
}

function rfc3339(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString().replace('.000Z', 'Z')
}

/** acceptOAuth2LogoutRequest */
export function acceptOAuth2LogoutRequest(request: Request, ory: Ory): Answer {
  const challenge = optionalChallengeOf(request, 'logout_challenge')
  const verifier = logoutRequests(ory).accept(ory, challenge)
  const endpoint = `${ory.settings.issuer}/oauth2/sessions/logout`
  return redirectTo(setQuery(endpoint, { logout_verifier: verifier }))
}

/** rejectOAuth2LogoutRequest */
export function rejectOAuth2LogoutRequest(request: Request, ory: Ory): Answer {
  logoutRequests(ory).reject(ory, optionalChallengeOf(request, 'logout_challenge'))
  return { status: 204 }
}
