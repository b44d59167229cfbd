import { randomUUID } from 'node:crypto'
import { invalidClient } from '../errors.ts'
import type { Answer } from '../http.ts'
import type { Ory } from '../ory.ts'
import type { ClientRow, ConsentRow } from '../state.ts'
import { isPublic } from '../tokens/client-metadata.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { coversScope } from '../tokens/strategies.ts'
import { isUnexpired } from './consent-row.ts'
import { csrfCookie, newCsrf, type Turn } from './cookies.ts'
import type { ConsentFlow, LoggedInFlow } from './flow.ts'
import { consentRequired } from './flow-errors.ts'
import { setQuery } from './go-url.ts'
import { prompts } from './prompt.ts'
import { found } from './redirect.ts'
import { isLocalhost } from './redirect-uri.ts'
import { seal } from './seal.ts'

/** Whom the consent is for, and at which redirect URI (a device has none). */
export interface ConsentSubject {
  readonly client: ClientRow
  readonly redirectUri: string | undefined
  readonly requestedScope: readonly string[]
}

/** Sends the browser to the consent app; with `skip` where a remembered consent covers the request. */
export function beginConsent(turn: Turn, flow: LoggedInFlow, wanted: ConsentSubject): Answer {
  const { ory, form, request } = turn
  const consentSkip = canSkip(ory, form, flow, wanted)
  if (prompts(form).includes('none') && !consentSkip) {
    throw new OAuth2Error(
      consentRequired,
      "Prompt 'none' was requested, but no previous consent was found.",
    )
  }
  if (flow.clientId !== wanted.client.client_id) {
    throw new OAuth2Error(
      invalidClient,
      'The flow client id does not match the authorize request client id.',
    )
  }

  const asking: ConsentFlow = {
    ...flow,
    consentRequestId: randomUUID().replaceAll('-', ''),
    consentSkip,
    consentCsrf: newCsrf(turn, csrfCookie('consent', flow.clientId)),
  }
  const challenge = seal(ory, 'consent challenge', asking)
  return found(request.method, setQuery(ory.settings.consentUrl, { consent_challenge: challenge }))
}

function canSkip(
  ory: Ory,
  form: URLSearchParams,
  flow: LoggedInFlow,
  { client, redirectUri, requestedScope }: ConsentSubject,
): boolean {
  if (prompts(form).includes('consent')) return false
  if (isPublic(client) && !isTrustworthy(redirectUri)) return false
  const previous = rememberedConsent(ory, client, flow.subject)
  if (previous === undefined) return false
  return requestedScope.every((scope) => coversScope(previous.grantScope, scope))
}

/** Where only the client itself can listen, a public client may be answered without asking again. */
function isTrustworthy(redirectUri: string | undefined): boolean {
  if (redirectUri === undefined) return false
  return (
    redirectUri.startsWith('https:') ||
    (redirectUri.startsWith('http:') && isLocalhost(redirectUri))
  )
}

/** The subject's newest consent to this client that is to be remembered, still. */
function rememberedConsent(ory: Ory, client: ClientRow, subject: string): ConsentRow | undefined {
  return ory.state.consents
    .by('subject', subject)
    .filter((row) => row.clientId === client.client_id && row.remember && !row.skip)
    .filter((row) => isUnexpired(row, ory.now()))
    .sort((a, b) => b.requestedAt - a.requestedAt)[0]
}
