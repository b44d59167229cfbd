import type { Ory } from '../ory.ts'
import type { LoginSessionRow } from '../state.ts'
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
  for (const consent of ory.state.consents.by('subject', session.subject)) {
    if (consent.loginSessionId === sid) consent.loginSessionId = undefined
  }
  return true
}
