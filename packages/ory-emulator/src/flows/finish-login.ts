import { unrecognizable } from '../errors.ts'
import { type ClientRow, forcedSubject } from '../state.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import {
  checkCsrf,
  cookieSid,
  csrfCookie,
  dropSessionCookie,
  setSessionCookie,
  type Turn,
} from './cookies.ts'
import type { LoggedInFlow } from './flow.ts'
import { loginRequired } from './flow-errors.ts'
import { hintClaims, hintSubject } from './id-token-hint.ts'
import { deleteLoginSession } from './login-session.ts'
import { subjectFor } from './pairwise.ts'
import { checkPrompt } from './prompt.ts'
import { openVerifier } from './verifier.ts'

/** The browser is back with a login verifier: from here on its login session exists. */
export async function finishLogin(
  turn: Turn,
  verifier: string,
  client: ClientRow,
): Promise<LoggedInFlow> {
  const { ory, form } = turn
  const flow = openVerifier<LoggedInFlow>(ory, 'login', verifier)
  checkCsrf(turn, csrfCookie('login', flow.clientId), flow.loginCsrf)
  const hint = form.get('id_token_hint') || undefined
  const subject = hint === undefined ? undefined : hintSubject(await hintClaims(ory, hint))
  checkLogin(turn, flow, client, subject)
  const forced = flow.login.forcedSubject
  if (forced !== '') ory.state.forcedSubjects.add(forcedSubject(client.client_id, forced))
  if (!flow.loginSkip) confirmLoginSession(turn, flow)
  rememberBrowser(turn, flow)
  return flow
}

/** A login that is not the one asked for ends the browser's session as well, to be safe. */
function checkLogin(
  turn: Turn,
  flow: LoggedInFlow,
  client: ClientRow,
  hinted: string | undefined,
): void {
  const name = subjectFor(turn.ory, client, flow.subject, flow.login.forcedSubject)
  try {
    checkPrompt(turn, flow, name, hinted)
  } catch (error) {
    if (error instanceof OAuth2Error && error.kind === loginRequired) endBrowserSession(turn)
    throw error
  }
}

function confirmLoginSession({ ory }: Turn, flow: LoggedInFlow): void {
  ory.state.loginSessions.set(flow.sessionId, {
    id: flow.sessionId,
    subject: flow.subject,
    remember: flow.login.remember,
    authenticatedAt: flow.authenticatedAt,
  })
}

function rememberBrowser(turn: Turn, flow: LoggedInFlow): void {
  const { login } = flow
  if (!login.remember && !flow.loginSkip) endBrowserSession(turn)
  if (!login.remember || (flow.loginSkip && !login.extendSessionLifespan)) return
  const lifespan = turn.ory.settings.loginSessionLifespanMs / 1000
  setSessionCookie(turn, flow.sessionId, login.rememberFor > 0 ? login.rememberFor : lifespan)
}

/**
 * Ends the session the browser came with. Where its row is gone already, by a revocation through
 * the API, Hydra fails the whole login with an error that is none of OAuth's.
 */
function endBrowserSession(turn: Turn): void {
  dropSessionCookie(turn)
  const sid = cookieSid(turn)
  if (sid === undefined || deleteLoginSession(turn.ory, sid)) return
  throw new OAuth2Error(unrecognizable)
}
