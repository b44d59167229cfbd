import type { Browser, Landing } from './browser.ts'
import { askAdmin, type Json, type OryEndpoints } from './ory-endpoints.ts'

export interface LogoutOptions extends OryEndpoints {
  readonly browser: Browser
  /** For a logout a client asks for; without it the browser asks for itself. */
  readonly idTokenHint?: string
  readonly postLogoutRedirectUri?: string
  readonly state?: string
}

/** The browser is at the logout app. */
export interface LogoutStep {
  readonly challenge: string
  /** What getOAuth2LogoutRequest says. */
  readonly request: Json
  /** Confirms, and brings the confirmation back: the session ends, and the clients are told. */
  accept(): Promise<Landing>
  /** Declines; the browser stays where it is. */
  reject(): Promise<void>
}

/** Plays a logout to its end; where it ended. A browser that is not logged in is just sent on. */
export async function logoutInBrowser(options: LogoutOptions): Promise<Landing> {
  const started = await startLogout(options)
  return 'accept' in started ? started.accept() : started
}

/** Plays it up to the logout app, or to where the browser is sent if there is nothing to end. */
export async function startLogout(options: LogoutOptions): Promise<LogoutStep | Landing> {
  const { browser } = options
  const landing = await browser.get(logoutUrl(options))
  const challenge =
    landing.location && new URL(landing.location).searchParams.get('logout_challenge')
  if (!challenge) return landing

  const query = new URLSearchParams({ logout_challenge: challenge })
  const path = (verb: string) => `/oauth2/auth/requests/logout${verb}?${query}`
  return {
    challenge,
    request: await askAdmin(options, 'GET', path('')),
    async accept() {
      const { redirect_to } = await askAdmin(options, 'PUT', path('/accept'))
      return browser.get(String(redirect_to))
    },
    async reject() {
      await askAdmin(options, 'PUT', path('/reject'))
    },
  }
}

function logoutUrl({
  publicUrl,
  idTokenHint,
  postLogoutRedirectUri,
  state,
}: LogoutOptions): string {
  const url = new URL('/oauth2/sessions/logout', publicUrl)
  url.search = new URLSearchParams({
    ...(idTokenHint && { id_token_hint: idTokenHint }),
    ...(postLogoutRedirectUri && { post_logout_redirect_uri: postLogoutRedirectUri }),
    ...(state && { state }),
  }).toString()
  return url.href
}
