import { invalidRequest } from '../errors.ts'
import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import type { LogoutRequest } from '../state.ts'
import { text } from '../tokens/client-metadata.ts'
import { anyForm } from '../tokens/form.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { clientsToTell, tellBackChannel } from './back-channel-logout.ts'
import { cookieSid, dropSessionCookie, type Turn, withCookies } from './cookies.ts'
import { frontChannelPage } from './front-channel-page.ts'
import { setQuery } from './go-url.ts'
import { browserSession, deleteLoginSession } from './login-session.ts'
import { logoutTimes, requestUri } from './logout-origin.ts'
import { logoutRequests } from './logout-request.ts'
import { asOAuth2Error, found, toErrorUrl } from './redirect.ts'
import { rpLogoutRequest } from './rp-logout.ts'

/**
 * The end session endpoint (OpenID Connect RP-Initiated Logout): bare it sends the browser to the
 * logout app, with the verifier from there it ends the login session and tells the clients.
 */
export async function performOidcFrontOrBackChannelLogout(
  request: Request,
  ory: Ory,
): Promise<Answer> {
  const turn = { ory, request, form: anyForm(request), setCookies: [] }
  try {
    const verifier = request.query.get('logout_verifier') ?? ''
    const answer = verifier === '' ? await askForLogout(turn) : await finishLogout(turn, verifier)
    return withCookies(turn, answer)
  } catch (error) {
    return toErrorUrl(ory, request.method, asOAuth2Error(error))
  }
}

async function askForLogout(turn: Turn): Promise<Answer> {
  const { ory, request, form } = turn
  const hint = form.get('id_token_hint') ?? ''
  const wanted = hint === '' ? ownLogoutRequest(turn) : await rpLogoutRequest(turn, hint)
  if (typeof wanted === 'string') return found(request.method, wanted)
  const challenge = logoutRequests(ory).create(ory, wanted)
  return found(request.method, setQuery(ory.settings.logoutUrl, { logout_challenge: challenge }))
}

/** A logout the browser asks for itself; only where to go, if it is not logged in. */
function ownLogoutRequest(turn: Turn): LogoutRequest | string {
  const { ory, request, form } = turn
  for (const parameter of ['state', 'post_logout_redirect_uri']) {
    if (!form.get(parameter)) continue
    throw new OAuth2Error(
      invalidRequest,
      `Logout failed because query parameter ${parameter} is set but id_token_hint is missing.`,
    )
  }
  const session = browserSession(turn)
  if (session === undefined) return ory.settings.postLogoutUrl
  return {
    subject: session.subject,
    sid: session.id,
    requestUrl: requestUri(request),
    rpInitiated: false,
    ...logoutTimes(ory),
    client: undefined,
    postLogoutRedirectUri: ory.settings.postLogoutUrl,
  }
}

async function finishLogout(turn: Turn, verifier: string): Promise<Answer> {
  const { ory, request } = turn
  const logout = logoutRequests(ory).verify(ory, verifier)
  const done = found(request.method, logout.postLogoutRedirectUri)
  if (!logout.rpInitiated && !isStillLoggedIn(turn, logout)) return done

  const { frontChannel, backChannel } = clientsToTell(ory, logout.subject, logout.sid)
  const isEnded = deleteLoginSession(ory, logout.sid)
  // The older server forgets the browser in any case.
  if (isEnded || ory.settings.profile === 'v26.2') forgetBrowser(turn)
  if (!isEnded) return done
  await tellBackChannel(ory, backChannel, logout.sid)
  if (frontChannel.length === 0) return done
  const urls = frontChannel.map((client) =>
    setQuery(text(client, 'frontchannel_logout_uri'), {
      iss: ory.settings.issuer,
      sid: logout.sid,
    }),
  )
  return frontChannelPage(urls, logout.postLogoutRedirectUri)
}

/** The session that asked must be the one that ends: the browser may have logged in anew meanwhile. The older server compares the subject alone. */
function isStillLoggedIn(turn: Turn, logout: LogoutRequest): boolean {
  const session = browserSession(turn)
  if (session?.subject !== logout.subject) return false
  return session.id === logout.sid || turn.ory.settings.profile === 'v26.2'
}

/** Whatever session the browser itself has is over as well, be it the hint's or another; with the older server only the cookie goes. */
function forgetBrowser(turn: Turn): void {
  dropSessionCookie(turn)
  const sid = cookieSid(turn)
  if (sid !== undefined && turn.ory.settings.profile === 'head') deleteLoginSession(turn.ory, sid)
}
