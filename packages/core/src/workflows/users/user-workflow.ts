import { isAhead, type UserEvent, type UserEventType } from '../../events/index.ts'
import type { Metrics } from '../../ports/index.ts'
import {
  acceptedCalls,
  type Counts,
  isUnknownSubject,
  type Reading,
  type Receipt,
  type Workflow,
  type WorkflowRow,
  wasLookedFor,
} from '../../run/index.ts'
import { apiKeysEnd, derivedTokens } from './api-keys.ts'
import {
  countIdentity,
  endedBlindly,
  identityGaps,
  identitySteps,
  lookAtIdentity,
  type SeenAtIdentityProvider,
} from './identity.ts'
import { type ListedGrant, listedGrants } from './listed-grants.ts'
import { planUser, sessionIds } from './steps.ts'
import { survivorsOfUser } from './survivors.ts'

/** What the deployment knows of its Ory server. Durations in milliseconds. */
export interface UserSettings {
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
  /** Whether sessions at the identity provider end as well; no where nothing is said. */
  readonly identitySessions?: boolean
  /** Whether API keys end as well, where the event is one that ends them; no where nothing is said. */
  readonly apiKeys?: boolean
}

/**
 * What can be seen of a user: the consents that Ory lists, which are fewer than there are, and their
 * sessions at the identity provider, where these are to be looked at.
 */
export interface UserGrants {
  readonly grants: readonly ListedGrant[]
  readonly identity?: SeenAtIdentityProvider
}

/** In what the events about a user differ; what they end is the same. */
export interface UserTerms {
  /** The workflow's one name. */
  readonly name: string
  readonly preconditions: readonly string[]
  /** Whether everything is done once more when every login that was in flight has ended. */
  readonly again: boolean
  /** Whether API keys end with the rest, which is for ever. */
  readonly endsApiKeys: boolean
  /** Why a login in flight may still end in a grant. */
  readonly inFlight: string
  /** Whether a grant that is there afterwards is left over, and not a new one that may be. */
  readonly isLeft: (grant: ListedGrant, event: UserEvent) => boolean
  /** What a person should know of grants that are newer than the event. */
  readonly notes: (before: Counts, after: Counts) => readonly string[]
  /** The same of so many API keys that are newer; absent: nothing but their count. */
  readonly notesOfNewerKeys?: (count: number) => readonly string[]
}

/** So much of the time is for telling; the rest is for the calls that end tokens. */
const tellingShare = 5 / 6

/** Every login session, consent session and token of a user that was issued on a consent ends. */
export function userWorkflow<Type extends UserEventType>(
  {
    name,
    preconditions,
    again,
    endsApiKeys,
    inFlight,
    isLeft,
    notes,
    notesOfNewerKeys = () => [],
  }: UserTerms,
  {
    followUpAfterMs,
    accessTokenLifespanMs,
    tokensEndWithinMs = 60_000,
    callsPerMinute = Number.POSITIVE_INFINITY,
    identitySessions = false,
    apiKeys = false,
  }: UserSettings,
): Workflow<UserEvent<Type>, UserGrants> {
  const withinMs = tokensEndWithinMs * tellingShare
  const keysEnd = apiKeys && endsApiKeys
  const keysGap = keysEnd ? [] : [`API keys${endsApiKeys ? '' : ', which stay'}`]
  const gaps = ({ identity }: UserGrants) => [...identityGaps(identity), ...keysGap]
  const identityOf = async ({ subject }: UserEvent, reading: Reading) =>
    identitySessions ? lookAtIdentity(subject, reading) : undefined
  const grantsOf = async ({ subject }: UserEvent, reading: Reading) => ({
    grants: await listedGrants(subject, reading),
  })
  return {
    name,
    preconditions,
    ...(again && { followUpAfterMs }),
    about: ({ subject }, pseudonym) => ({ subject: pseudonym(subject) }),
    observe: async (event, reading) => {
      if (!identitySessions) return grantsOf(event, reading)
      const gaveUp = new AbortController()
      const signals = [gaveUp.signal, ...(reading.signal ? [reading.signal] : [])]
      const looking = identityOf(event, { ...reading, signal: AbortSignal.any(signals) })
      try {
        return { ...(await grantsOf(event, reading)), identity: await looking }
      } catch (error) {
        // Nobody waits for it any more: nothing is to be on its way when the invocation ends.
        gaveUp.abort()
        throw error
      }
    },
    unseen: async (event, reading) => ({ grants: [], identity: await identityOf(event, reading) }),
    countBeside: (_event, { identity }) => countIdentity(identity),
    count: (event, seen) => ({ ...countGrants(event, seen), ...countIdentity(seen.identity) }),
    plan: (event, seen, known, sinceMs) => [
      ...identitySteps(event.subject, seen.identity),
      ...planUser(event, seen, known, { withinMs, sinceMs, callsPerMinute }),
    ],
    trailing: keysEnd ? apiKeysEnd(notesOfNewerKeys) : undefined,
    verify: (event, { grants }) =>
      some('consent sessions', grants.filter((grant) => isLeft(grant, event)).length),
    gaps,
    survivors: ({ subject }, observations, reading, { now, followUpNotBefore }) =>
      survivorsOfUser(
        subject,
        Math.max(accessTokenLifespanMs, ...observations.map(lifespanOverrideMs)),
        reading,
        {
          now,
          loginsEnd: again ? (followUpNotBefore ?? now) : now + followUpAfterMs,
          inFlight,
        },
      ).then((survivors) => [...survivors, ...derivedTokens(observations)]),
    notes: (event, row, last) => [
      ...notTold(sessionsNotTold(row)),
      ...notLookedAt(gaps(last)),
      ...endedBlindly(row),
      ...notKnown(row.before ?? {}),
      ...notes(row.before ?? {}, countGrants(event, last)),
      ...(isAhead(event.time, row.openedAt) ? [fromTheFuture] : []),
    ],
    measure,
  }
}

function countGrants(event: UserEvent, { grants }: UserGrants): Counts {
  return {
    consent_sessions: grants.length,
    login_sessions: sessionIds(grants).length,
    clients: new Set(grants.map(({ clientId }) => clientId)).size,
    longest_lifespan_override_ms: Math.max(
      0,
      ...grants.map(({ accessTokenLifespanMs }) => accessTokenLifespanMs ?? 0),
    ),
    grants_newer_than_event: grants.filter((grant) => isNewer(grant, event)).length,
  }
}

function some(what: string, count: number): Counts {
  return count === 0 ? {} : { [what]: count }
}

function notLookedAt(gaps: readonly string[]): readonly string[] {
  return gaps.length === 0 ? [] : [`not looked at: ${gaps.join('; ')}`]
}

/** Of a deleted user that is as it should be; of others, the subject may be called otherwise there. */
function notKnown({ identities }: Counts): readonly string[] {
  return identities === 0
    ? ['no identity has this subject for its id: its sessions could not be looked for by another']
    : []
}

/** Whether a grant was made after what the event tells of. */
export function isNewer({ handledAt }: ListedGrant, { time }: Pick<UserEvent, 'time'>): boolean {
  return (handledAt ?? 0) > Date.parse(time)
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

/** Done all the same: a clock that is ahead is no reason to leave grants as they are. */
const fromTheFuture = 'the event’s time had not come: check the publisher’s clock'

function measure(receipt: Receipt, metrics: Metrics): void {
  const { before, steps, event, opened_at } = receipt
  const sessions = steps.find(({ by }) => by === 'sid')?.accepted ?? 0
  metrics.count('UsersProcessed', 1)
  // A second pass is about the same user, of whom the first has left nothing.
  if (receipt.pass === 'first' && wasLookedFor(receipt)) {
    metrics.count('SubjectsLookedFor', 1)
    metrics.count('SubjectsUnknown', isUnknownSubject(receipt) ? 1 : 0)
  }
  if (isAhead(event.time, Date.parse(opened_at))) metrics.count('EventsFromTheFuture', 1)
  metrics.count('ConsentSessionsRevoked', before['consent_sessions'] ?? 0)
  metrics.count('LoginSessionsRevoked', sessions)
  if (before['identity_sessions'] !== undefined)
    metrics.count('IdentitySessionsEnded', before['identity_sessions'])
  const { issued_api_keys: issued, imported_api_keys: imported = 0 } = before
  if (issued !== undefined) metrics.count('ApiKeysRevoked', issued + imported)
  metrics.count('LoginSessionsNotTold', Math.max(0, (before['login_sessions'] ?? 0) - sessions))
}
