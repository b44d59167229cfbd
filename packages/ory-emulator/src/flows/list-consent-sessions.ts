import { invalidRequest } from '../errors.ts'
import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import { type PageRequest, PaginationError, pageOf, readPage } from '../pagination.ts'
import type { ConsentRow } from '../state.ts'
import type { Claims } from '../tokens/issue.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { clientSnapshot } from './client-snapshot.ts'
import { isUnexpired } from './consent-row.ts'

/**
 * listOAuth2ConsentSessions. It tells less than there is: consents given by skipping are left out,
 * and those whose `remember_for` is over, though their refresh tokens work on.
 */
export function listOAuth2ConsentSessions(request: Request, ory: Ory): Answer {
  const { query } = request
  const subject = query.get('subject') ?? ''
  if (subject === '') {
    throw new OAuth2Error(
      invalidRequest,
      "Query parameter 'subject' is not defined but should have been.",
    )
  }
  const page = pageRequest(query, ory)
  const rows = listed(ory, subject, query).filter((row) => row.loginChallengeId > page.after)
  // Where there is nothing, there is no Link header either, unlike in every other list.
  if (rows.length === 0) return { status: 200, json: [] }
  const { items, link } = pageOf(request, page, rows, (row) => row.loginChallengeId, ory)
  const json = items.map((row) => consentSession(ory, row))
  return { status: 200, headers: { Link: link }, json }
}

/** A page that cannot be had is told in two ways, depending on what is wrong and on the version. */
function pageRequest(query: URLSearchParams, ory: Ory): PageRequest {
  try {
    return readPage(query, ory, 'login_challenge')
  } catch (error) {
    if (!(error instanceof PaginationError)) throw error
    if (ory.settings.profile === 'head' && error.parameter === 'page_token') {
      throw new OAuth2Error({ status: 400, error: error.message, description: '' })
    }
    throw new OAuth2Error(invalidRequest, `Unable to parse pagination parameters: ${error.message}`)
  }
}

/** An empty `login_session_id` is not a filter. */
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
    handled_at: nanoseconds(row.handledAt),
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

/** As Go prints it: to the nanosecond, so that nobody comes to rely on milliseconds. */
function nanoseconds(time: number): string {
  const beyond = String(process.hrtime.bigint() % 999_999n).padStart(6, '0')
  return new Date(time).toISOString().replace('Z', `${beyond}Z`)
}
