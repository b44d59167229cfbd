import { createHash, randomBytes } from 'node:crypto'
import { type Browser, createBrowser, type Landing } from './browser.ts'
import { askAdmin, type Json, type OryEndpoints, sentWith } from './ory-endpoints.ts'
import { exchangeCode, type TokenClient, type Tokens } from './token-request.ts'

/** What a client asks for and what user and apps make of it. */
export interface AuthorizationOptions extends OryEndpoints {
  /** A new one by default. */
  readonly browser?: Browser
  readonly client: TokenClient & { readonly redirect_uri: string }
  readonly subject: string
  /** Space separated; `openid offline` by default. */
  readonly scope?: string
  /** What of the scope the user grants; all of it by default. */
  readonly grantScope?: readonly string[]
  readonly audience?: readonly string[]
  /** True or the seconds to remember for; false, the default, ends the login with the browser. */
  readonly rememberLogin?: boolean | number
  /** True or the seconds to remember for. */
  readonly rememberConsent?: boolean | number
  /** What the consent app puts into the tokens. */
  readonly session?: { readonly access_token?: object; readonly id_token?: object }
  /** More members of acceptOAuth2LoginRequest's body, such as `acr`. */
  readonly login?: object
  /** More members of acceptOAuth2ConsentRequest's body, such as `context`. */
  readonly consent?: object
  /** More parameters of the authorization request, such as `prompt`. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** An answer of the login or consent app that the browser has not brought back yet. */
export interface Accepted<Next> {
  readonly redirectTo: string
  /** Brings it back: only this has an effect at Ory. */
  proceed(): Promise<Next>
}

/** The browser is at the login app. */
export interface LoginStep {
  readonly challenge: string
  /** What getOAuth2LoginRequest says. */
  readonly request: Json
  accept(): Promise<Accepted<ConsentStep>>
}

/** The browser is at the consent app. */
export interface ConsentStep {
  readonly challenge: string
  /** What getOAuth2ConsentRequest says. */
  readonly request: Json
  /** The login session, as revokeOAuth2LoginSessions knows it. */
  readonly sid: string
  readonly consentRequestId: string
  accept(): Promise<Accepted<CodeStep>>
}

/** The browser is back at the client, with a code. */
export interface CodeStep {
  readonly code: string
  readonly sid: string
  readonly consentRequestId: string
  exchange(): Promise<Tokens>
}

export interface Authorized {
  readonly browser: Browser
  readonly code: string
  readonly tokens: Tokens
  readonly sid: string
  readonly consentRequestId: string
}

/** One authorization on its way: its options filled in, and the client's PKCE secret. */
interface Attempt extends AuthorizationOptions {
  readonly browser: Browser
  readonly codeVerifier: string
}

/**
 * Plays an authorization code flow with PKCE to its end: the browser, the login app, the consent
 * app and the client. Throws {@link RefusedError} where Ory refuses.
 */
export async function authorizeInBrowser(options: AuthorizationOptions): Promise<Authorized> {
  const browser = options.browser ?? createBrowser()
  const login = await startAuthorization({ ...options, browser })
  const consent = await (await login.accept()).proceed()
  const { code, exchange, sid, consentRequestId } = await (await consent.accept()).proceed()
  return { browser, code, tokens: await exchange(), sid, consentRequestId }
}

/** Plays it up to the login app, and leaves the user there. */
export async function startAuthorization(options: AuthorizationOptions): Promise<LoginStep> {
  const browser = options.browser ?? createBrowser()
  const attempt = { ...options, browser, codeVerifier: randomBytes(32).toString('base64url') }
  return loginStep(attempt, await browser.get(authorizationUrl(attempt)))
}

function authorizationUrl(attempt: Attempt): string {
  const { publicUrl, client, scope = 'openid offline', audience = [], codeVerifier } = attempt
  const url = new URL('/oauth2/auth', publicUrl)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: client.redirect_uri,
    scope,
    state: randomBytes(12).toString('base64url'),
    ...(audience.length > 0 && { audience: audience.join(' ') }),
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...attempt.parameters,
  }).toString()
  return url.href
}

async function loginStep(attempt: Attempt, { location }: Landing): Promise<LoginStep> {
  const challenge = sentWith(location, 'login_challenge', 'The authorization request was refused')
  const path = requestPath('login', challenge)
  return {
    challenge,
    request: await askAdmin(attempt, 'GET', path('')),
    async accept() {
      const { subject, rememberLogin = false } = attempt
      const body = { subject, ...remember(rememberLogin), ...attempt.login }
      const redirectTo = redirectOf(await askAdmin(attempt, 'PUT', path('/accept'), body))
      return { redirectTo, proceed: () => afterLogin(attempt, redirectTo) }
    },
  }
}

/** A browser that is logged in as somebody else is sent to the login app once more. */
async function afterLogin(attempt: Attempt, redirectTo: string): Promise<ConsentStep> {
  const landing = await attempt.browser.get(redirectTo)
  const isLoginAgain = landing.location?.includes('login_challenge=') ?? false
  if (!isLoginAgain) return consentStep(attempt, landing)
  const again = await loginStep(attempt, landing)
  return (await again.accept()).proceed()
}

async function consentStep(attempt: Attempt, { location }: Landing): Promise<ConsentStep> {
  const challenge = sentWith(location, 'consent_challenge', 'The login was refused')
  const path = requestPath('consent', challenge)
  const request = await askAdmin(attempt, 'GET', path(''))
  const ids = {
    sid: String(request['login_session_id']),
    consentRequestId: String(request['consent_request_id']),
  }
  return {
    challenge,
    request,
    ...ids,
    async accept() {
      const body = consentBody(attempt, request)
      const redirectTo = redirectOf(await askAdmin(attempt, 'PUT', path('/accept'), body))
      return { redirectTo, proceed: () => codeStep(attempt, redirectTo, ids) }
    },
  }
}

function consentBody(attempt: Attempt, request: Json): object {
  const { grantScope, rememberConsent = false, session } = attempt
  return {
    grant_scope: grantScope ?? request['requested_scope'],
    grant_access_token_audience: request['requested_access_token_audience'],
    ...remember(rememberConsent),
    ...(session && { session }),
    ...attempt.consent,
  }
}

async function codeStep(
  attempt: Attempt,
  redirectTo: string,
  ids: Pick<CodeStep, 'sid' | 'consentRequestId'>,
): Promise<CodeStep> {
  const { location } = await attempt.browser.get(redirectTo)
  const code = sentWith(location, 'code', 'The consent was refused')
  return { code, ...ids, exchange: () => exchangeCode({ ...attempt, code }) }
}

function requestPath(kind: 'login' | 'consent', challenge: string): (verb: string) => string {
  const query = new URLSearchParams({ [`${kind}_challenge`]: challenge })
  return (verb) => `/oauth2/auth/requests/${kind}${verb}?${query}`
}

function remember(choice: boolean | number): { remember: boolean; remember_for?: number } {
  return typeof choice === 'number'
    ? { remember: true, remember_for: choice }
    : { remember: choice }
}

function redirectOf(answer: Json): string {
  return String(answer['redirect_to'])
}
