import type { UserEvent } from '../../events/index.ts'
import { acceptedCalls, callsIn, type Step, type StepRecord } from '../../run/index.ts'
import type { ListedGrant } from './listed-grants.ts'

type Count = 'consent_sessions'

/**
 * Relying parties of so many sessions are told by back-channel logout: telling comes before what
 * ends tokens, and must not hold it up for hours. Sessions beyond that end all the same.
 */
const maxSessionsTold = 500

/** How long relying parties are told before what ends tokens, and how many can be. */
export interface Telling {
  /** Since the first call for the user, in milliseconds. */
  readonly withinMs: number
  /** How long that is ago, in milliseconds. */
  readonly sinceMs: number
  /** What Ory’s rate limit gives; infinite where it has none. */
  readonly callsPerMinute: number
}

const keys = {
  told: 'login-sessions by sid',
  loginSessions: 'login-sessions',
  consents: 'consent-sessions',
  consentsByClient: 'consent-sessions by client',
} as const

/** So often revoking all consents at once is left without an answer before it is done piecemeal. */
const lostAnswers = 2

/**
 * Session by session first, because only that tells relying parties; then every session of the
 * subject, because a live one would grant anew behind our back; then the consents with their
 * tokens. All but the first are always made: Ory lists fewer grants than it holds.
 */
export function planUser(
  { subject }: Pick<UserEvent, 'subject'>,
  { grants }: { readonly grants: readonly ListedGrant[] },
  known: readonly StepRecord[],
  telling: Telling,
): readonly Step<Count>[] {
  const told = sessionIds(grants).slice(0, sessionsStillTold(known, telling))
  return [
    tellRelyingParties(told, telling),
    {
      key: keys.loginSessions,
      call: { op: 'revokeOAuth2LoginSessions', params: { subject } },
      by: 'subject',
      ends: [{ what: 'every login session of the subject', evidence: 'acknowledged' }],
    },
    ...(isNeverAnswered(known) ? [revokeByClient(subject, grants)] : []),
    {
      key: keys.consents,
      call: { op: 'revokeOAuth2ConsentSessions', params: { subject, all: true } },
      by: 'subject',
      ends: [
        { what: 'the consent sessions that are listed', evidence: { seenIn: 'consent_sessions' } },
        { what: 'grants that no list shows', evidence: 'acknowledged' },
        { what: 'access and refresh tokens issued on a consent', evidence: 'acknowledged' },
      ],
    },
  ]
}

/** Login sessions behind listed consents: those that are alive. */
export function sessionIds(grants: readonly ListedGrant[]): readonly string[] {
  return [...new Set(grants.flatMap(({ loginSessionId }) => loginSessionId ?? []))]
}

/** Ory answers 204 whether it told anybody or not: a session that was not remembered is nobody's. */
function tellRelyingParties(sids: readonly string[], { withinMs }: Telling): Step<Count> {
  return {
    key: keys.told,
    calls: sids.map((sid) => ({ op: 'revokeOAuth2LoginSessions', params: { sid } })),
    by: 'sid',
    ends: [{ what: 'back-channel logout at the session’s clients', evidence: 'acknowledged' }],
    bestEffort: true,
    withinMs,
  }
}

/** After every session of the subject has been revoked, nobody would be told any more. */
function sessionsStillTold(
  known: readonly StepRecord[],
  { withinMs, sinceMs, callsPerMinute }: Telling,
): number {
  const record = (key: string) => known.find((step) => step.key === key)
  const [all, told] = [record(keys.loginSessions), record(keys.told)]
  if (all !== undefined && acceptedCalls(all) > 0) return 0
  const left = maxSessionsTold - (told === undefined ? 0 : acceptedCalls(told))
  const timeLeftMs = withinMs - sinceMs
  if (timeLeftMs <= 0) return 0
  return Math.max(0, Math.min(left, Math.floor((timeLeftMs / 60_000) * callsPerMinute)))
}

/** Ory rolls back what it cannot finish before its write timeout: the same again would never end. */
function isNeverAnswered(known: readonly StepRecord[]): boolean {
  const tries = known.find(({ key }) => key === keys.consents)?.tries ?? []
  return callsIn(tries.filter(({ outcome }) => outcome === 'unknown')) >= lostAnswers
}

function revokeByClient(subject: string, grants: readonly ListedGrant[]): Step<Count> {
  const clients = [...new Set(grants.map(({ clientId }) => clientId))].filter((id) => id !== '')
  return {
    key: keys.consentsByClient,
    calls: clients.map((client) => ({
      op: 'revokeOAuth2ConsentSessions',
      params: { subject, client },
    })),
    by: 'client',
    ends: [
      { what: 'the consent sessions that are listed', evidence: { seenIn: 'consent_sessions' } },
    ],
  }
}
