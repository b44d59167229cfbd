import { requestNotFound, requestUnauthorized } from '../errors.ts'
import type { Ory } from '../ory.ts'
import type { Claims } from '../tokens/issue.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { unseal } from './seal.ts'

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
  /** What a client of pairwise subjects is to know the user by; `''` leaves that to the server. */
  readonly forcedSubject: string
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

/** What is sealed and can expire. Times are in milliseconds. */
export interface Dated {
  readonly requestedAt: number
}

/** A browser's way through login and consent, on its way to the login app. It is sealed, and kept nowhere. */
export interface Flow extends Dated {
  /** What becomes `login_challenge` of consent requests. */
  readonly id: string
  /** The client as it was when the flow began, in the words of getOAuth2Client. */
  readonly client: Claims
  readonly clientId: string
  readonly requestUrl: string
  readonly requestedScope: readonly string[]
  readonly requestedAudience: readonly string[]
  /** `null` for a device, which cannot ask for anything. */
  readonly oidcContext: Claims | null
  readonly sessionId: string
  readonly loginSkip: boolean
  readonly subject: string
  readonly loginCsrf: string
  readonly authenticatedAt: number | undefined
  /** The device authorization this flow is for, if a device began it. */
  readonly deviceRequestId?: string
}

/** The login app has said who it is. */
export interface LoggedInFlow extends Flow {
  readonly authenticatedAt: number
  readonly login: LoginDecision
  /** Whatever the apps want to keep; `null` by default. */
  readonly context: unknown
}

/** On its way to the consent app. */
export interface ConsentFlow extends LoggedInFlow {
  readonly consentRequestId: string
  readonly consentSkip: boolean
  readonly consentCsrf: string
}

/** The user has consented. */
export interface ConsentedFlow extends ConsentFlow {
  readonly consent: ConsentDecision
}

/** One of the apps refused. */
export interface DeniedFlow extends Dated {
  readonly denial: Denial
}

export type Stage = 'login' | 'consent' | 'device'

/** Opens a challenge; what is not one is 404, one that is too old 401. */
export function openChallenge<Opened extends Dated>(ory: Ory, stage: Stage, blob: string): Opened {
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
