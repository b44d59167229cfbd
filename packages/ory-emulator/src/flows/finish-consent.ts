import { accessDenied, invalidClient, unrecognizable } from '../errors.ts'
import type { Ory } from '../ory.ts'
import type { ConsentRow } from '../state.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { consentRow } from './consent-row.ts'
import { checkCsrf, csrfCookie, type Turn } from './cookies.ts'
import type { ConsentedFlow } from './flow.ts'
import { openVerifier } from './verifier.ts'

/**
 * The browser is back with a consent verifier: the consent is stored. That happens before the CSRF
 * cookie is looked at, as in Hydra: a stolen verifier gets no code, but it is used up.
 */
export function finishConsent(turn: Turn, verifier: string): ConsentedFlow {
  const flow = openVerifier<ConsentedFlow>(turn.ory, 'consent', verifier)
  if (flow.clientId !== turn.request.query.get('client_id')) {
    throw new OAuth2Error(
      invalidClient,
      'The flow client id does not match the authorize request client id.',
    )
  }
  storeConsent(turn.ory, consentRow(flow))
  checkCsrf(turn, csrfCookie('consent', flow.clientId), flow.consentCsrf)
  return flow
}

/**
 * A verifier is spent because its row exists. Once the consent was revoked, the row is gone and the
 * same verifier grants again until the flow has expired; only a revoked login session stops it,
 * with an error that is none of OAuth's, since the row refers to the session's.
 */
function storeConsent({ state }: Ory, row: ConsentRow): void {
  const isUsed =
    state.consents.has(row.id) ||
    state.consents.by('loginChallengeId', row.loginChallengeId).length > 0
  if (isUsed) {
    throw new OAuth2Error(accessDenied, 'The consent verifier has already been used.')
  }
  if (!state.loginSessions.has(row.loginSessionId ?? '')) throw new OAuth2Error(unrecognizable)
  state.consents.set(row.id, row)
}
