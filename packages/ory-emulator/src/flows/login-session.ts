import type { Ory } from '../ory.ts'
import type { ConsentRow, LoginSessionRow, State } from '../state.ts'
import { cookieSid, type Turn } from './cookies.ts'

/** A login session counts as the browser's only while it is remembered. */
export function rememberedSession(ory: Ory, sid: string | undefined): LoginSessionRow | undefined {
  const session = sid === undefined ? undefined : ory.state.loginSessions.get(sid)
  return session?.remember ? session : undefined
}

/** The session the browser is logged in with. */
export function browserSession(turn: Turn): LoginSessionRow | undefined {
  return rememberedSession(turn.ory, cookieSid(turn))
}

/**
 * Deletes a login session; its consents stay and forget it. False where there was none: whoever
 * deletes the row is the one to tell the clients.
 */
export function deleteLoginSession(ory: Ory, sid: string): boolean {
  const session = ory.state.loginSessions.get(sid)
  if (session === undefined) return false
  ory.state.loginSessions.delete(sid)
  for (const consent of consentsOf(ory.state, session.subject, sid)) {
    consent.loginSessionId = undefined
    ory.state.consents.set(consent.id, consent)
  }
  return true
}

/** The consents that a subject gave in a login session. */
export function consentsOf(
  { consents }: State,
  subject: string,
  sid: string,
): readonly ConsentRow[] {
  return consents.by('loginSessionId', sid).filter((consent) => consent.subject === subject)
}
