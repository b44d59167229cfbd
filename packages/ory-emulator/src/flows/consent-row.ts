import type { ConsentRow } from '../state.ts'
import type { ConsentedFlow } from './flow.ts'

/**
 * Whether a consent's `remember_for` is not over. It counts from when the flow began, and whether
 * or not the consent was to be remembered at all.
 */
export function isUnexpired({ rememberFor, requestedAt }: ConsentRow, now: number): boolean {
  return rememberFor <= 0 || requestedAt + rememberFor * 1000 > now
}

/** A granted consent as a row. */
export function consentRow(flow: ConsentedFlow): ConsentRow {
  const { consent, login } = flow
  return {
    id: flow.consentRequestId,
    loginChallengeId: flow.id,
    subject: flow.subject,
    clientId: flow.clientId,
    loginSessionId: flow.sessionId,
    grantScope: consent.grantScope,
    grantAudience: consent.grantAudience,
    sessionAccessToken: consent.sessionAccessToken,
    sessionIdToken: consent.sessionIdToken,
    remember: consent.remember,
    rememberFor: consent.rememberFor,
    requestedAt: flow.requestedAt,
    handledAt: consent.handledAt,
    context: flow.context,
    requestedScope: flow.requestedScope,
    requestedAudience: flow.requestedAudience,
    skip: flow.consentSkip,
    oidcContext: flow.oidcContext,
    requestUrl: flow.requestUrl,
    acr: login.acr,
    amr: login.amr,
  }
}
