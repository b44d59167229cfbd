import { randomUUID } from 'node:crypto'
import { murmur3 } from '../go/murmur3.ts'
import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { requestForbidden } from './flow-errors.ts'
import { seal, unseal } from './seal.ts'

/** One turn of a browser: what it sent, and the cookies it gets with whatever is answered. */
export interface Turn {
  readonly ory: Ory
  readonly request: Request
  /** Query and body together. */
  readonly form: URLSearchParams
  readonly setCookies: string[]
}

/** The browser's remembered login session; the names are those of Hydra's development mode. */
export const sessionCookie = 'ory_hydra_session_dev'

/** Hydra keeps one CSRF cookie per client, so that two clients' flows do not disturb each other. */
export function csrfCookie(stage: 'login' | 'consent', clientId: string): string {
  return `ory_hydra_${stage}_csrf_dev_${murmur3(clientId)}`
}

export const deviceCsrfCookie = 'ory_hydra_device_csrf_dev'

/** The answer with the turn's cookies. */
export function withCookies({ setCookies }: Turn, answer: Answer): Answer {
  if (setCookies.length === 0) return answer
  return { ...answer, headers: { ...answer.headers, 'Set-Cookie': setCookies } }
}

/** Binds what follows to this browser; returns the value to expect back. */
export function newCsrf(turn: Turn, name: string): string {
  const csrf = randomUUID().replaceAll('-', '')
  setCookie(turn, name, { csrf }, turn.ory.settings.loginConsentTtlMs / 1000)
  return csrf
}

/** Throws unless the browser has the cookie the flow was begun with. */
export function checkCsrf({ ory, request }: Turn, name: string, expected: string): void {
  const cookie = request.cookies[name]
  if (cookie === undefined) {
    throw new OAuth2Error(requestForbidden, 'No CSRF value available in the session cookie.')
  }
  const opened = unseal(ory, 'cookie', cookie) as { readonly csrf?: string } | undefined
  if (opened === undefined) {
    throw new OAuth2Error(requestForbidden, 'CSRF session cookie could not be decoded.')
  }
  if (opened.csrf === expected) return
  throw new OAuth2Error(
    requestForbidden,
    'The CSRF value from the token does not match the CSRF value from the data store.',
  )
}

/** The `sid` in the browser's session cookie, remembered or not. */
export function cookieSid({ ory, request }: Turn): string | undefined {
  const opened = unseal(ory, 'cookie', request.cookies[sessionCookie] ?? '')
  return (opened as { readonly sid?: string } | undefined)?.sid || undefined
}

export function setSessionCookie(turn: Turn, sid: string, maxAge: number): void {
  setCookie(turn, sessionCookie, { sid }, maxAge)
}

/** Takes the session cookie away, whether the browser has one or not. */
export function dropSessionCookie(turn: Turn): void {
  setCookie(turn, sessionCookie, { sid: '' }, 0)
}

function setCookie({ ory, setCookies }: Turn, name: string, value: object, maxAge: number): void {
  const expires = maxAge > 0 ? new Date(ory.now() + maxAge * 1000) : new Date(1000)
  setCookies.push(
    `${name}=${seal(ory, 'cookie', value)}; Path=/; Expires=${expires.toUTCString()}; Max-Age=${maxAge}; HttpOnly; SameSite=Lax`,
  )
}
