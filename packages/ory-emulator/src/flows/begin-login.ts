import { randomUUID } from 'node:crypto'
import { unrecognizable } from '../errors.ts'
import type { Answer } from '../http.ts'
import type { ClientRow, LoginSessionRow } from '../state.ts'
import { words } from '../tokens/form.ts'
import type { Claims } from '../tokens/issue.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { clientSnapshot } from './client-snapshot.ts'
import { csrfCookie, newCsrf, type Turn } from './cookies.ts'
import type { Flow } from './flow.ts'
import { loginRequired } from './flow-errors.ts'
import { replaceQuery } from './go-url.ts'
import { hintClaims, hintSubject } from './id-token-hint.ts'
import { browserSession } from './login-session.ts'
import { isNameOf } from './pairwise.ts'
import { prompts } from './prompt.ts'
import { found } from './redirect.ts'
import { seal } from './seal.ts'

/** What a login is asked for on behalf of: an authorization request, or a device. */
export interface LoginSubject {
  readonly client: ClientRow
  readonly requestUrl: string
  readonly requestedScope: readonly string[]
  readonly requestedAudience: readonly string[]
  readonly deviceRequestId?: string
}

/** Sends the browser to the login app; with `skip` where it is remembered and that is good enough. */
export async function beginLogin(turn: Turn, wanted: LoginSubject): Promise<Answer> {
  const { ory, form, request } = turn
  const session = await usableSession(turn, wanted.client)
  if (prompts(form).includes('none') && session === undefined) {
    throw new OAuth2Error(
      loginRequired,
      "Prompt 'none' was requested, but no existing login session was found.",
    )
  }

  const flow = newFlow(turn, wanted, session, await hintedClaims(turn))
  const schema = form.get('identity_schema')
  const location = replaceQuery(ory.settings.loginUrl, {
    login_challenge: seal(ory, 'login challenge', flow),
    ...(schema && { identity_schema: schema }),
  })
  return found(request.method, location)
}

async function hintedClaims({ ory, form }: Turn): Promise<Claims | undefined> {
  const hint = form.get('id_token_hint') ?? ''
  return hint === '' ? undefined : hintClaims(ory, hint)
}

/** The browser's login session, unless the request wants a new login or the session is not its user's. */
async function usableSession(turn: Turn, client: ClientRow): Promise<LoginSessionRow | undefined> {
  const prompt = prompts(turn.form)
  if (prompt.includes('login')) return undefined
  if (turn.ory.settings.profile === 'head' && prompt.includes('select_account')) return undefined
  const session = browserSession(turn)
  if (session === undefined || isTooOld(turn, session)) return undefined

  const claims = await hintedClaims(turn)
  if (claims === undefined) return session
  if (isNameOf(turn.ory, client, hintSubject(claims), session.subject)) return session
  throw new OAuth2Error(
    loginRequired,
    'Request failed because subject claim from id_token_hint does not match subject from authentication session.',
  )
}

function isTooOld({ ory, form }: Turn, { authenticatedAt }: LoginSessionRow): boolean {
  const maxAge = parseMaxAge(form)
  if (maxAge === undefined || authenticatedAt + maxAge * 1000 >= ory.now()) return false
  if (!prompts(form).includes('none')) return true
  throw new OAuth2Error(
    loginRequired,
    "Request failed because prompt is set to 'none' and authentication time reached 'max_age'.",
  )
}

/** Seconds; negative and missing mean no limit. What is not a number is an error none of fosite's own. */
function parseMaxAge(form: URLSearchParams): number | undefined {
  const value = form.get('max_age') ?? ''
  if (value === '') return undefined
  if (!/^[-+]?\d+$/.test(value)) throw new OAuth2Error(unrecognizable)
  const seconds = Number(value)
  return seconds < 0 ? undefined : seconds
}

function newFlow(
  turn: Turn,
  wanted: LoginSubject,
  session: LoginSessionRow | undefined,
  claims: Claims | undefined,
): Flow {
  const { client, ...request } = wanted
  return {
    ...request,
    id: randomUUID().replaceAll('-', ''),
    client: clientSnapshot(client),
    clientId: client.client_id,
    requestedAt: wholeSecond(turn.ory.now()),
    oidcContext: wanted.deviceRequestId === undefined ? oidcContext(turn.form, claims) : null,
    sessionId: session?.id ?? randomUUID(),
    loginSkip: session !== undefined,
    subject: session?.subject ?? '',
    authenticatedAt: session?.authenticatedAt,
    loginCsrf: newCsrf(turn, csrfCookie('login', client.client_id)),
  }
}

/** What the login and consent apps are told of the request; empty members are left out. */
function oidcContext(form: URLSearchParams, claims: Claims | undefined): Claims {
  const acrValues = words(form, 'acr_values')
  const uiLocales = words(form, 'ui_locales')
  const display = form.get('display')
  const loginHint = form.get('login_hint')
  return {
    ...(acrValues.length > 0 && { acr_values: acrValues }),
    ...(uiLocales.length > 0 && { ui_locales: uiLocales }),
    ...(display && { display }),
    ...(claims && { id_token_hint_claims: claims }),
    ...(loginHint && { login_hint: loginHint }),
  }
}

export function wholeSecond(time: number): number {
  return Math.floor(time / 1000) * 1000
}
