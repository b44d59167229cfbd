import { newBrowser, parameter, type TestBrowser } from './browser.ts'
import { callback, secret, token } from './family.ts'
import type { Answer, Server } from './server.ts'

type Texts = Readonly<Record<string, string>>

export interface SignInOptions {
  readonly browser?: TestBrowser
  /** Parameters of the authorization request, over those that work. */
  readonly query?: Texts
  readonly login?: Readonly<Record<string, unknown>>
  readonly consent?: Readonly<Record<string, unknown>>
}

/** What came of a sign-in, as far as it got. */
export interface SignIn {
  readonly browser: TestBrowser
  /** Where the client was answered; empty where it was not. */
  readonly landed: string
  readonly code: string
  readonly sid: string
  /** The last answer before it ended. */
  readonly last: Answer
}

/** Plays browser, login app and consent app, and stops where the server does not go on. */
export const signIn = async (
  server: Server,
  client_id: string,
  { browser = newBrowser(server), query, login, consent }: SignInOptions = {},
): Promise<SignIn> => {
  const asked = new URLSearchParams({
    client_id,
    response_type: 'code',
    redirect_uri: callback,
    scope: 'openid offline read',
    state: 'state-of-the-fuzzer',
    ...query,
  })
  let last = await browser.open(`/oauth2/auth?${asked}`)
  let sid = ''
  const ended = (landed = ''): SignIn => ({
    browser,
    landed,
    sid,
    last,
    code: parameter(landed, 'code') || fragment(landed),
  })

  for (const [stage, decision] of [
    ['login', { subject: 'alice', ...login }],
    ['consent', { grant_scope: ['openid', 'offline', 'read'], ...consent }],
  ] as const) {
    const challenge = parameter(last.location, `${stage}_challenge`)
    if (challenge === '') return ended(last.location)
    const app = `/admin/oauth2/auth/requests/${stage}`
    const shown = await server.send('admin', {
      target: `${app}?${stage}_challenge=${encodeURIComponent(challenge)}`,
    })
    sid ||= String(shown.json['session_id'] ?? '')
    last = await server.send('admin', {
      method: 'PUT',
      target: `${app}/accept?${stage}_challenge=${encodeURIComponent(challenge)}`,
      json: decision,
    })
    const redirect = last.json['redirect_to']
    if (typeof redirect !== 'string') return ended()
    last = await browser.open(redirect)
  }

  return ended(last.location)
}

const fragment = (location: string): string =>
  new URLSearchParams(location.split('#')[1] ?? '').get('code') ?? ''

export const exchangeCode = (
  server: Server,
  id: string,
  code: string,
  more: Texts = {},
): Promise<Answer> =>
  token(server, id, { grant_type: 'authorization_code', code, redirect_uri: callback, ...more })

export { secret }
