import { requestNotFound, requestUnauthorized } from '../errors.ts'
import type { Ory } from '../ory.ts'
import type { Claims } from '../tokens/issue.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { type Purpose, seal, unseal } from './seal.ts'

/** A refusal by the login or consent app, in its own words. */
export interface Denial {
  readonly error: string
  readonly error_description: string
  readonly error_hint: string
  readonly status_code: number
}

/** What the login app decided. */
export interface LoginDecision {
  readonly remember: boolean
  /** Seconds. */
  readonly rememberFor: number
  readonly extendSessionLifespan: boolean
  readonly acr: string
  readonly amr: readonly string[]
}

/** What the consent app decided. */
export interface ConsentDecision {
  readonly grantScope: readonly string[]
  readonly grantAudience: readonly string[]
  readonly remember: boolean
  /** Seconds. */
  readonly rememberFor: number
  readonly handledAt: number
  readonly sessionAccessToken: Claims
  readonly sessionIdToken: Claims
}

/** A browser's way through login and consent. It is kept nowhere: see {@link seal}. Times in milliseconds. */
export interface Flow {
  /** What becomes `login_challenge` of consent requests. */
  readonly id: string
  /** The client as it was when the flow began, in the words of getOAuth2Client. */
  readonly client: Claims
  readonly clientId: string
  readonly requestUrl: string
  readonly requestedAt: number
  readonly requestedScope: readonly string[]
  readonly requestedAudience: readonly string[]
  /** `null` for a device, which cannot ask for anything. */
  readonly oidcContext: Claims | null
  readonly sessionId: string
  readonly loginSkip: boolean
  readonly subject: string
  readonly loginCsrf: string
  readonly authenticatedAt: number | undefined
  readonly login?: LoginDecision
  readonly loginDenial?: Denial
  readonly context?: unknown
  readonly consentRequestId?: string
  readonly consentSkip?: boolean
  readonly consentCsrf?: string
  readonly consent?: ConsentDecision
  readonly consentDenial?: Denial
  /** The device authorization this flow is for, if a device began it. */
  readonly deviceRequestId?: string
}

export type Stage = 'login' | 'consent' | 'device'

/** What is sealed and can expire. */
export interface Dated {
  readonly requestedAt: number
}

export function sealFlow(ory: Ory, purpose: Purpose, flow: object): string {
  return seal(ory, purpose, flow)
}

/** Opens a challenge; what is not one is 404, one that is too old 401. */
export function openChallenge<Opened extends Dated = Flow>(
  ory: Ory,
  stage: Stage,
  blob: string,
): Opened {
  const flow = unseal(ory, `${stage} challenge`, blob) as Opened | undefined
  if (flow === undefined) throw new OAuth2Error(requestNotFound)
  checkAge(ory, stage, flow.requestedAt)
  return flow
}

/** Throws once a flow's time to live is over. */
export function checkAge(ory: Ory, stage: Stage, requestedAt: number): void {
  if (requestedAt + ory.settings.loginConsentTtlMs >= ory.now()) return
  throw new OAuth2Error(requestUnauthorized, `The ${stage} request has expired, please try again.`)
}
