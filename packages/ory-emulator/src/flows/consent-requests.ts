import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import { challengeOf } from './challenge-parameter.ts'
import { decodeConsent, decodeConsentDenial, sessionOf } from './decision-body.ts'
import { type Flow, openChallenge, sealFlow } from './flow.ts'
import { setQuery } from './go-url.ts'
import { redirectTo } from './login-requests.ts'

/** getOAuth2ConsentRequest */
export function getOAuth2ConsentRequest(request: Request, ory: Ory): Answer {
  const challenge = challengeOf(request, 'consent_challenge')
  const flow = openChallenge(ory, 'consent', challenge)
  return {
    status: 200,
    json: {
      challenge,
      consent_request_id: flow.consentRequestId,
      requested_scope: flow.requestedScope,
      requested_access_token_audience: flow.requestedAudience,
      skip: flow.consentSkip ?? false,
      subject: flow.subject,
      oidc_context: flow.oidcContext,
      client: flow.client,
      request_url: flow.requestUrl,
      login_challenge: flow.id,
      login_session_id: flow.sessionId,
      acr: flow.login?.acr ?? '',
      amr: flow.login?.amr ?? [],
      context: flow.context ?? null,
    },
  }
}

/** acceptOAuth2ConsentRequest. The grant comes about only when the browser brings the verifier. */
export function acceptOAuth2ConsentRequest(request: Request, ory: Ory): Answer {
  const challenge = challengeOf(request, 'consent_challenge')
  const body = decodeConsent(request)
  const session = sessionOf(body.session)
  const flow = openChallenge(ory, 'consent', challenge)
  return withVerifier(ory, {
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
  })
}

/** rejectOAuth2ConsentRequest: what it says reaches the client through the browser. */
export function rejectOAuth2ConsentRequest(request: Request, ory: Ory): Answer {
  const challenge = challengeOf(request, 'consent_challenge')
  const consentDenial = decodeConsentDenial(request)
  return withVerifier(ory, { ...openChallenge(ory, 'consent', challenge), consentDenial })
}

function withVerifier(ory: Ory, flow: Flow): Answer {
  const verifier = sealFlow(ory, 'consent verifier', flow)
  return redirectTo(setQuery(flow.requestUrl, { consent_verifier: verifier }))
}
