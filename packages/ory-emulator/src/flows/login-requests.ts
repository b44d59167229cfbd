import { invalidRequest } from '../errors.ts'
import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { wholeSecond } from './begin-login.ts'
import { challengeOf } from './challenge-parameter.ts'
import { decodeLogin, decodeLoginDenial } from './decision-body.ts'
import { type Flow, type LoginDecision, openChallenge, sealFlow } from './flow.ts'
import { setQuery } from './go-url.ts'

/** getOAuth2LoginRequest */
export function getOAuth2LoginRequest(request: Request, ory: Ory): Answer {
  const challenge = challengeOf(request, 'login_challenge')
  const flow = openChallenge(ory, 'login', challenge)
  return {
    status: 200,
    json: {
      challenge,
      requested_scope: flow.requestedScope,
      requested_access_token_audience: flow.requestedAudience,
      skip: flow.loginSkip,
      subject: flow.subject,
      oidc_context: flow.oidcContext,
      client: flow.client,
      request_url: flow.requestUrl,
      session_id: flow.sessionId,
    },
  }
}

/** acceptOAuth2LoginRequest. Nothing is stored, so it can be repeated; each time the verifier is another. */
export function acceptOAuth2LoginRequest(request: Request, ory: Ory): Answer {
  const challenge = challengeOf(request, 'login_challenge')
  const decision = decodeLogin(request)
  if (decision.subject === '') {
    throw new OAuth2Error(invalidRequest, "Field 'subject' must not be empty.")
  }
  const flow = openChallenge(ory, 'login', challenge)
  if (flow.subject !== '' && flow.subject !== decision.subject) {
    return redirectTo(setQuery(flow.requestUrl, { prompt: 'login' }))
  }

  const accepted: Flow = {
    ...flow,
    subject: decision.subject,
    context: decision.context ?? null,
    authenticatedAt: flow.loginSkip ? flow.authenticatedAt : wholeSecond(ory.now()),
    login: { ...loginDecision(decision), remember: flow.loginSkip || decision.remember },
  }
  return withVerifier(ory, accepted)
}

/** rejectOAuth2LoginRequest: what it says reaches the client through the browser. */
export function rejectOAuth2LoginRequest(request: Request, ory: Ory): Answer {
  const challenge = challengeOf(request, 'login_challenge')
  const loginDenial = decodeLoginDenial(request)
  const flow = openChallenge(ory, 'login', challenge)
  return withVerifier(ory, { ...flow, subject: '', authenticatedAt: undefined, loginDenial })
}

/** Where the app is to send the browser. */
export function redirectTo(location: string): Answer {
  return { status: 200, json: { redirect_to: location } }
}

function withVerifier(ory: Ory, flow: Flow): Answer {
  const verifier = sealFlow(ory, 'login verifier', flow)
  return redirectTo(setQuery(flow.requestUrl, { login_verifier: verifier }))
}

function loginDecision(body: ReturnType<typeof decodeLogin>): LoginDecision {
  return {
    remember: body.remember,
    rememberFor: body.remember_for,
    extendSessionLifespan: body.extend_session_lifespan,
    acr: body.acr,
    amr: body.amr ?? [],
  }
}
