import { invalidRequest } from '../errors.ts'
import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { wholeSecond } from './begin-login.ts'
import { challengeOf } from './challenge-parameter.ts'
import { decodeLogin, decodeLoginDenial } from './decision-body.ts'
import {
  type DeniedFlow,
  type Flow,
  type LoggedInFlow,
  type LoginDecision,
  openChallenge,
} from './flow.ts'
import { setQuery } from './go-url.ts'
import { seal } from './seal.ts'

/** getOAuth2LoginRequest */
export function getOAuth2LoginRequest(request: Request, ory: Ory): Answer {
  const challenge = challengeOf(request, 'login_challenge')
  const flow = openChallenge<Flow>(ory, 'login', challenge)
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
  const flow = openChallenge<Flow>(ory, 'login', challenge)
  if (flow.subject !== '' && flow.subject !== decision.subject) {
    return redirectTo(setQuery(flow.requestUrl, { prompt: 'login' }))
  }

  const accepted: LoggedInFlow = {
    ...flow,
    subject: decision.subject,
    context: decision.context ?? null,
    authenticatedAt: flow.authenticatedAt ?? wholeSecond(ory.now()),
    login: { ...loginDecision(decision), remember: flow.loginSkip || decision.remember },
  }
  return withVerifier(ory, flow, accepted)
}

/** rejectOAuth2LoginRequest: what it says reaches the client through the browser. */
export function rejectOAuth2LoginRequest(request: Request, ory: Ory): Answer {
  const challenge = challengeOf(request, 'login_challenge')
  const denial = decodeLoginDenial(request)
  const flow = openChallenge<Flow>(ory, 'login', challenge)
  return withVerifier(ory, flow, { requestedAt: flow.requestedAt, denial })
}

/** Where the app is to send the browser. */
export function redirectTo(location: string): Answer {
  return { status: 200, json: { redirect_to: location } }
}

function withVerifier(ory: Ory, { requestUrl }: Flow, decided: LoggedInFlow | DeniedFlow): Answer {
  const verifier = seal(ory, 'login verifier', decided)
  return redirectTo(setQuery(requestUrl, { login_verifier: verifier }))
}

function loginDecision(body: ReturnType<typeof decodeLogin>): LoginDecision {
  return {
    remember: body.remember,
    rememberFor: body.remember_for,
    extendSessionLifespan: body.extend_session_lifespan,
    acr: body.acr,
    amr: body.amr ?? [],
    forcedSubject: body.force_subject_identifier,
  }
}
