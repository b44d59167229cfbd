import { invalidRequest } from '../errors.ts'
import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import type { ConsentRow } from '../state.ts'
import type { Claims } from '../tokens/issue.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { clientSnapshot } from './client-snapshot.ts'
import { isUnexpired } from './consent-row.ts'

/**
 * listOAuth2ConsentSessions. It tells less than there is: consents given by skipping are left out,
 * and those whose `remember_for` is over, though their refresh tokens work on.
 */
export function listOAuth2ConsentSessions({ query }: Request, ory: Ory): Answer {
  const subject = query.get('subject') ?? ''
  if (subject === '') {
    throw new OAuth2Error(
      invalidRequest,
      "Query parameter 'subject' is not defined but should have been.",
    )
  }
  return { status: 200, json: listed(ory, subject, query).map((row) => consentSession(ory, row)) }
}

/** An empty `login_session_id` is no filter. */
function listed(ory: Ory, subject: string, query: URLSearchParams): readonly ConsentRow[] {
  const sid = query.get('login_session_id') ?? ''
  return ory.state.consents
    .by('subject', subject)
    .filter((row) => !row.skip && isUnexpired(row, ory.now()))
    .filter((row) => sid === '' || row.loginSessionId === sid)
    .sort((a, b) => (a.loginChallengeId < b.loginChallengeId ? -1 : 1))
}

function consentSession({ state }: Ory, row: ConsentRow): Claims {
  const client = state.clients.get(row.clientId)
  return {
    consent_request_id: row.id,
    grant_scope: row.grantScope,
    grant_access_token_audience: row.grantAudience,
    session: { access_token: row.sessionAccessToken, id_token: row.sessionIdToken },
    remember: row.remember,
    remember_for: row.rememberFor,
    handled_at: new Date(row.handledAt).toISOString(),
    context: row.context,
    consent_request: {
      challenge: '',
      consent_request_id: row.id,
      requested_scope: row.requestedScope,
      requested_access_token_audience: row.requestedAudience,
      skip: row.skip,
      subject: row.subject,
      oidc_context: row.oidcContext,
      client: client && clientSnapshot(client),
      request_url: row.requestUrl,
      login_challenge: row.loginChallengeId,
      login_session_id: row.loginSessionId ?? '',
      acr: row.acr,
      amr: row.amr,
      context: row.context,
    },
  }
}
