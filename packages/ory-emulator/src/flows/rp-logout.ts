import { invalidRequest } from '../errors.ts'
import type { Ory } from '../ory.ts'
import type { ClientRow, LogoutRequest } from '../state.ts'
import { strings } from '../tokens/client-metadata.ts'
import type { Claims } from '../tokens/issue.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { clientSnapshot } from './client-snapshot.ts'
import type { Turn } from './cookies.ts'
import { setQuery } from './go-url.ts'
import { hintClaims } from './id-token-hint.ts'
import { rememberedSession } from './login-session.ts'
import { logoutTimes, requestUri } from './logout-origin.ts'

/** A logout a client asks for in its user's name; only where to go, if that session is over already. */
export async function rpLogoutRequest(turn: Turn, hint: string): Promise<LogoutRequest | string> {
  const { ory, request, form } = turn
  const claims = await hintClaims(ory, hint)
  const sid = checkedSid(ory, claims)
  const client = hintedClient(ory, claims)
  const postLogoutRedirectUri = redirectUri(ory, client, form)
  const session = rememberedSession(ory, sid)
  if (session === undefined) return postLogoutRedirectUri
  const hasTimes = ory.settings.profile === 'head'
  return {
    subject: session.subject,
    sid,
    requestUrl: requestUri(request),
    rpInitiated: true,
    ...(hasTimes ? logoutTimes(ory) : { requestedAt: undefined, expiresAt: undefined }),
    client: clientSnapshot(client),
    postLogoutRedirectUri,
  }
}

function refused(rest: string): OAuth2Error {
  return new OAuth2Error(invalidRequest, `Logout failed because ${rest}`)
}

/** The hint's `sid`, once its claims have been checked in Ory's order. */
function checkedSid(ory: Ory, { iss, iat, sid, sub }: Claims): string {
  if (iss !== ory.settings.issuer) {
    throw refused(
      `issuer claim value '${iss ?? ''}' from query parameter id_token_hint does not match with issuer value from configuration '${ory.settings.issuer}'.`,
    )
  }
  const now = Math.round(ory.now() / 1000)
  if (typeof iat !== 'number' || iat > now) {
    throw refused(
      `iat claim value '${iat ?? 0}' from query parameter id_token_hint is before now ('${now}').`,
    )
  }
  if (typeof sid !== 'string' || sid === '') {
    throw refused('query parameter id_token_hint is missing sid claim.')
  }
  if (sub) return sid
  throw refused('query parameter id_token_hint is missing sub claim.')
}

function hintedClient({ state }: Ory, { aud }: Claims): ClientRow {
  const [client] = [aud].flat().flatMap((id) => state.clients.get(String(id)) ?? [])
  if (client !== undefined) return client
  throw refused('none of the listed audiences is a registered OAuth 2.0 Client.')
}

/** Where the browser goes in the end: only to what the client has registered. */
function redirectUri({ settings }: Ory, client: ClientRow, form: URLSearchParams): string {
  const requested = form.get('post_logout_redirect_uri') ?? ''
  if (requested === '') return settings.postLogoutUrl
  if (!strings(client, 'post_logout_redirect_uris').includes(requested)) {
    throw refused(
      'query parameter post_logout_redirect_uri is not a whitelisted as a post_logout_redirect_uri for the client.',
    )
  }
  const state = form.get('state')
  return setQuery(requested, state ? { state } : {})
}
