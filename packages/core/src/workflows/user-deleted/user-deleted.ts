import { isAhead, type UserDeleted } from '../../events/index.ts'
import type { Metrics } from '../../ports/index.ts'
import {
  acceptedCalls,
  type Counts,
  type Receipt,
  type Workflow,
  type WorkflowRow,
} from '../../run/index.ts'
import { type ListedGrant, listedGrants } from './listed-grants.ts'
import { planUserDeleted, sessionIds } from './steps.ts'
import { survivorsOfUser } from './survivors.ts'

/** What the deployment knows of its Ory server. Durations in milliseconds. */
export interface UserDeletedSettings {
  /** `ttl.login_consent_request` and a minute: when no login that was in flight can end any more. */
  readonly followUpAfterMs: number
  /** `ttl.access_token`, the server's default. */
  readonly accessTokenLifespanMs: number
  /**
   * How long after the first call for a user their tokens work no more, however many sessions they
   * have; a minute where nothing is said. As many relying parties are told before as that allows.
   */
  readonly tokensEndWithinMs?: number
  /** How many calls a minute Ory's rate limit gives; without limit where nothing is said. */
  readonly callsPerMinute?: number
}

/** What can be seen of a user: the consents that Ory lists, which are fewer than there are. */
export interface UserGrants {
  readonly grants: readonly ListedGrant[]
}

/** So much of the time is for telling; the rest is for the calls that end tokens. */
const tellingShare = 5 / 6

/** A deleted user keeps no login session, no consent session, and no token issued on a consent. */
export function userDeleted({
  followUpAfterMs,
  accessTokenLifespanMs,
  tokensEndWithinMs = 60_000,
  callsPerMinute = Number.POSITIVE_INFINITY,
}: UserDeletedSettings): Workflow<UserDeleted, UserGrants> {
  const withinMs = tokensEndWithinMs * tellingShare
  return {
    name: 'user-deleted',
    preconditions: ['the identity provider already refuses this user'],
    followUpAfterMs,
    about: ({ subject }, pseudonym) => ({ subject: pseudonym(subject) }),
    observe: async ({ subject }, reading) => ({ grants: await listedGrants(subject, reading) }),
    unseen: { grants: [] },
    count: countGrants,
    plan: (event, grants, known, sinceMs) =>
      planUserDeleted(event, grants, known, { withinMs, sinceMs, callsPerMinute }),
    verify: (_event, { grants }) =>
      grants.length === 0 ? {} : { 'consent sessions': grants.length },
    survivors: ({ subject }, observations, reading, at) =>
      survivorsOfUser(
        subject,
        Math.max(accessTokenLifespanMs, ...observations.map(lifespanOverrideMs)),
        reading,
        at,
      ),
    notes: ({ time }, row) => [
      ...notTold(sessionsNotTold(row)),
      ...(isAhead(time, row.openedAt) ? [fromTheFuture] : []),
    ],
    measure,
  }
}

function countGrants({ time }: UserDeleted, { grants }: UserGrants): Counts {
  const deletedAt = Date.parse(time)
  return {
    consent_sessions: grants.length,
    login_sessions: sessionIds(grants).length,
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

/** Sessions that ended without a call of their own, so that Ory told no relying party. */
function sessionsNotTold({ before, steps }: Pick<WorkflowRow, 'before' | 'steps'>): number {
  const [told] = steps.filter(({ by }) => by === 'sid')
  const meant = Math.max(before?.['login_sessions'] ?? 0, told?.calls ?? 0)
  return meant - (told === undefined ? 0 : acceptedCalls(told))
}

function notTold(sessions: number): readonly string[] {
  return sessions === 0
    ? []
    : [`not told: the relying parties of ${sessions} login sessions, which ended all the same`]
}

/** Done all the same: the time of a deletion decides nothing. */
const fromTheFuture = 'the event’s time had not come: check the publisher’s clock'

function measure({ before, steps, event, opened_at }: Receipt, metrics: Metrics): void {
  const sessions = steps.find(({ by }) => by === 'sid')?.accepted ?? 0
  metrics.count('UsersProcessed', 1)
  if (isAhead(event.time, Date.parse(opened_at))) metrics.count('EventsFromTheFuture', 1)
  metrics.count('ConsentSessionsRevoked', before['consent_sessions'] ?? 0)
  metrics.count('LoginSessionsRevoked', sessions)
  metrics.count('LoginSessionsNotTold', Math.max(0, (before['login_sessions'] ?? 0) - sessions))
}
