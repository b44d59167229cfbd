import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import { anyForm } from '../tokens/form.ts'
import {
  type AuthorizeRequest,
  authorizeRequest,
  checkState,
  type ResponseTarget,
  responseTarget,
} from './authorize-request.ts'
import { authorizeResponse } from './authorize-response.ts'
import { beginConsent } from './begin-consent.ts'
import { beginLogin } from './begin-login.ts'
import { type Turn, withCookies } from './cookies.ts'
import { finishConsent } from './finish-consent.ts'
import { finishLogin } from './finish-login.ts'
import { asOAuth2Error, toErrorUrl } from './redirect.ts'
import { errorToClient } from './response.ts'

/**
 * oAuth2Authorize. The browser comes here three times: bare, with a login verifier, with a consent
 * verifier; each time it is sent on, at last to the client.
 */
export async function oAuth2Authorize(request: Request, ory: Ory): Promise<Answer> {
  const turn = { ory, request, form: anyForm(request), setCookies: [] }
  return withCookies(turn, await answer(turn))
}

async function answer(turn: Turn): Promise<Answer> {
  try {
    return await answerClient(turn, await responseTarget(turn.ory, turn.form))
  } catch (error) {
    return toErrorUrl(turn.ory, turn.request.method, asOAuth2Error(error))
  }
}

async function answerClient(turn: Turn, target: ResponseTarget): Promise<Answer> {
  try {
    return await answerRequest(turn, authorizeRequest(target, turn.form))
  } catch (error) {
    return errorToClient(target, asOAuth2Error(error))
  }
}

async function answerRequest(turn: Turn, wanted: AuthorizeRequest): Promise<Answer> {
  try {
    checkState(wanted)
    return await step(turn, wanted)
  } catch (error) {
    return errorToClient(wanted, asOAuth2Error(error))
  }
}

async function step(turn: Turn, wanted: AuthorizeRequest): Promise<Answer> {
  const { ory, request, form } = turn
  const loginVerifier = form.get('login_verifier')?.trim()
  if (loginVerifier)
    return beginConsent(turn, await finishLogin(turn, loginVerifier, wanted.client), wanted)

  const consentVerifier = form.get('consent_verifier')?.trim()
  if (consentVerifier) return authorizeResponse(turn, wanted, finishConsent(turn, consentVerifier))

  const { client, requestedScope, requestedAudience } = wanted
  const requestUrl = `${ory.settings.issuer}/oauth2/auth${request.search}`
  return beginLogin(turn, { client, requestUrl, requestedScope, requestedAudience })
}
