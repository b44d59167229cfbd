import type { UserDeleted } from '../events/index.ts'
import type { Metrics } from '../ports/index.ts'
import { type ListedGrant, listedGrants } from './listed-grants.ts'
import { type Counts, isAccepted, isSettled, type StepRecord, type WorkflowRow } from './row.ts'
import type { Step } from './step.ts'
import { survivorsOfUser } from './survivors.ts'
import type { Workflow } from './workflow.ts'

/** What the deployment knows of its Ory server. Durations in milliseconds. */
export interface UserDeletedSettings {
  /** `ttl.login_consent_request` and a minute: when no login that was in flight can end any more. */
  readonly followUpAfterMs: number
  /** `ttl.access_token`, the server's default. */
  readonly accessTokenLifespanMs: number
}

/** What can be seen of a user: the consents that Ory lists, which are fewer than there are. */
export interface UserGrants {
  readonly grants: readonly ListedGrant[]
}

type Count = 'consent_sessions'

/**
 * Relying parties of so many sessions are told by back-channel logout; of any beyond that, the
 * sessions still end, but their count is told in `login_sessions` only. It bounds the ledger's row.
 */
const maxSessionsTold = 500

/** A deleted user keeps no login session, no consent session, and no token issued on a consent. */
export function userDeleted({
  followUpAfterMs,
  accessTokenLifespanMs,
}: UserDeletedSettings): Workflow<UserDeleted, UserGrants> {
  return {
    name: 'user-deleted',
    preconditions: ['the identity provider already refuses this user'],
    followUpAfterMs,
    about: ({ subject }, pseudonym) => ({ subject: pseudonym(subject) }),
    observe: async ({ subject }, reading) => ({ grants: await listedGrants(subject, reading) }),
    count: countGrants,
    plan: planUserDeleted,
    verify: (_event, { grants }) =>
      grants.length === 0 ? {} : { 'consent sessions': grants.length },
    survivors: ({ subject }, observations, reading, at) =>
      survivorsOfUser(
        subject,
        Math.max(accessTokenLifespanMs, ...observations.map(lifespanOverrideMs)),
        reading,
        at,
      ),
    measure,
  }
}

/**
 * Session by session first, because only that tells relying parties; then every session of the
 * subject, because a live one would grant anew behind our back; then the consents with their
 * tokens. All but the first are always made: Ory lists fewer grants than it holds.
 */
function planUserDeleted(
  { subject }: UserDeleted,
  { grants }: UserGrants,
  known: readonly StepRecord[],
): readonly Step<Count>[] {
  return [
    ...sessionIds(grants, known).slice(0, sessionsStillTold(known)).map(revokeSession),
    {
      key: 'login-sessions',
      call: { op: 'revokeOAuth2LoginSessions', params: { subject } },
      by: 'subject',
      ends: [{ what: 'every login session of the subject', evidence: 'acknowledged' }],
    },
    {
      key: 'consent-sessions',
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

function revokeSession(sid: string): Step<Count> {
  return {
    key: `login-session ${sid}`,
    call: { op: 'revokeOAuth2LoginSessions', params: { sid } },
    by: 'sid',
    ends: [{ what: 'back-channel logout at the session’s clients', evidence: 'requested' }],
    target: sid,
    bestEffort: true,
  }
}

/** The row keeps what earlier attempts told, so that counts as well. */
function sessionsStillTold(known: readonly StepRecord[]): number {
  const told = known.filter((step) => step.target !== undefined && isSettled(step))
  return Math.max(0, maxSessionsTold - told.length)
}

/** Sessions listed now, and those an earlier attempt meant to revoke and may not have. */
function sessionIds(
  grants: readonly ListedGrant[],
  known: readonly StepRecord[],
): readonly string[] {
  const unsettled = known.filter((step) => !isSettled(step)).flatMap(({ target }) => target ?? [])
  const listed = grants.flatMap(({ loginSessionId }) => loginSessionId ?? [])
  return [...new Set([...unsettled, ...listed])]
}

function countGrants({ time }: UserDeleted, { grants }: UserGrants): Counts {
  const deletedAt = Date.parse(time)
  return {
    consent_sessions: grants.length,
    login_sessions: sessionIds(grants, []).length,
    clients: new Set(grants.map(({ clientId }) => clientId)).size,
    longest_lifespan_override_ms: Math.max(
      0,
      ...grants.map(({ accessTokenLifespanMs }) => accessTokenLifespanMs ?? 0),
    ),
    grants_newer_than_event: grants.filter(({ handledAt }) => (handledAt ?? 0) > deletedAt).length,
  }
}

/** Kept with the counts: a later attempt no longer sees the clients whose tokens still live. */
function lifespanOverrideMs(counts: Counts): number {
  return counts['longest_lifespan_override_ms'] ?? 0
}

function measure({ before, steps }: WorkflowRow, metrics: Metrics): void {
  metrics.count('UsersProcessed', 1)
  metrics.count('ConsentSessionsRevoked', before?.['consent_sessions'] ?? 0)
  metrics.count(
    'LoginSessionsRevoked',
    steps.filter(({ by, tries }) => by === 'sid' && tries.some(isAccepted)).length,
  )
}
