import { invalidRequest } from '../errors.ts'
import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { clientsToTell, tellBackChannel } from './back-channel-logout.ts'
import { deleteLoginSession, rememberedSession } from './login-session.ts'

/**
 * revokeOAuth2LoginSessions: by `sid` one remembered session, telling its clients by back-channel
 * logout; by `subject` all of them, telling nobody. 204 in every case but for no parameter at all.
 */
export async function revokeOAuth2LoginSessions(request: Request, ory: Ory): Promise<Answer> {
  const sid = request.query.get('sid') ?? ''
  const subject = request.query.get('subject') ?? ''
  if (sid === '' && subject === '') {
    throw new OAuth2Error(
      invalidRequest,
      "Either 'subject' or 'sid' query parameters need to be defined.",
    )
  }
  if (sid !== '') await revokeSession(ory, sid)
  else revokeAll(ory, subject)
  return { status: 204 }
}

async function revokeSession(ory: Ory, sid: string): Promise<void> {
  const session = rememberedSession(ory, sid)
  if (session === undefined) return
  const { backChannel } = clientsToTell(ory, session.subject, sid)
  if (deleteLoginSession(ory, sid)) await tellBackChannel(ory, backChannel, sid)
}

function revokeAll(ory: Ory, subject: string): void {
  for (const { id } of ory.state.loginSessions.by('subject', subject)) deleteLoginSession(ory, id)
}
