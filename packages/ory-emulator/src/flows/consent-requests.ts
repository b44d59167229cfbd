import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import { challengeOf } from './challenge-parameter.ts'
import { decodeConsent, decodeConsentDenial, sessionOf } from './decision-body.ts'
import { type ConsentedFlow, type ConsentFlow, type DeniedFlow, openChallenge } from './flow.ts'
import { setQuery } from './go-url.ts'
import { redirectTo } from './login-requests.ts'
import { seal } from './seal.ts'

/** getOAuth2ConsentRequest */
export function getOAuth2ConsentRequest(request: Request, ory: Ory): Answer {
  const challenge = challengeOf(request, 'consent_challenge')
  const flow = openChallenge<ConsentFlow>(ory, 'consent', challenge)
  return {
    status: 200,
    json: {
      challenge,
      consent_request_id: flow.consentRequestId,
      requested_scope: flow.requestedScope,
      requested_access_token_audience: flow.requestedAudience,
      skip: flow.consentSkip,
      subject: flow.subject,
      oidc_context: flow.oidcContext,
      client: flow.client,
      request_url: flow.requestUrl,
      login_challenge: flow.id,
      login_session_id: flow.sessionId,
      acr: flow.login.acr,
      amr: flow.login.amr,
      context: flow.context,
    },
  }
}

/** acceptOAuth2ConsentRequest. The grant comes about only when the browser brings the verifier. */
export function acceptOAuth2ConsentRequest(request: Request, ory: Ory): Answer {
  const challenge = challengeOf(request, 'consent_challenge')
  const body = decodeConsent(request)
  const session = sessionOf(body.session)
  const flow = openChallenge<ConsentFlow>(ory, 'consent', challenge)
  const accepted: ConsentedFlow = {
    ...flow,
    ...(body.context !== undefined && { context: body.context }),
    consent: {
      grantScope: body.grant_scope ?? [],
      grantAudience: body.grant_access_token_audience ?? [],
      remember: body.remember,
      rememberFor: body.remember_for,
      handledAt: ory.now(),
      sessionAccessToken: session.accessToken,
      sessionIdToken: session.idToken,
    },
  }
  return withVerifier(ory, flow, accepted)
}

/** rejectOAuth2ConsentRequest: what it says reaches the client through the browser. */
export function rejectOAuth2ConsentRequest(request: Request, ory: Ory): Answer {
  const challenge = challengeOf(request, 'consent_challenge')
  const denial = decodeConsentDenial(request)
  const flow = openChallenge<ConsentFlow>(ory, 'consent', challenge)
  return withVerifier(ory, flow, { requestedAt: flow.requestedAt, denial })
}

function withVerifier(
  ory: Ory,
  { requestUrl }: ConsentFlow,
  decided: ConsentedFlow | DeniedFlow,
): Answer {
  const verifier = seal(ory, 'consent verifier', decided)
  return redirectTo(setQuery(requestUrl, { consent_verifier: verifier }))
}
