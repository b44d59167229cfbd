import { RefusedError } from '../../errors.ts'
import {
  type KeyRotated,
  type KeysToRetire,
  parseKeysToRetire,
  subjectPseudonym,
} from '../../events/index.ts'
import {
  type BroughtAt,
  broughtAt,
  type GrantTerms,
  type IssuerGrant,
  isBroughtLater,
  issuerGrants,
} from '../../issuers/index.ts'
import type { FollowUp, FollowUps, Metrics } from '../../ports/index.ts'
import {
  type Allowance,
  type Counts,
  isoTime,
  type MayStillWork,
  type Messages,
  type Reading,
  type Run,
  run,
  type Workflow,
  type WorkflowEvent,
  withoutSubject,
} from '../../run/index.ts'
import { missingTrusts, onRetiredKeys, type Rollover, refusalOf, siblingsOf } from './rollover.ts'
import { retirements, trusts } from './rollover-steps.ts'
import type { KeyRotatedServices } from './services.ts'
import type { KeyRotatedSettings } from './settings.ts'

/** The kind of follow-up that `retireKeys` executes. */
export const retireKeysKind = 'retire-keys'

/** What a rotation leaves to be done when its overlap is over. */
export interface Retiring {
  readonly event: KeyRotated
  /** The event's idempotency key. */
  readonly key: string
  /** The pseudonym of its subject; absent: it is for any. */
  readonly subject: string | undefined
  readonly kids: readonly string[]
  /** As they are listed once the new key is trusted. */
  readonly grants: readonly IssuerGrant[]
}

/** Has the sweep retire keys. The first to schedule it decides; again changes nothing. */
export function scheduleRetirement(
  { event, key, subject, kids, grants }: Retiring,
  followUps: FollowUps,
): Promise<void> {
  const { issuer, jwk, siblings, time } = event
  const data: KeysToRetire = {
    event: {
      key,
      id: withoutSubject(event.id, event.subject),
      source: withoutSubject(event.source, event.subject),
      time,
    },
    issuer,
    jwk,
    kids: [...kids],
    siblings,
    ...(subject === undefined ? {} : { subject }),
  }
  const dueAt = retireKeysAt(event, grants) ?? 0
  return followUps.schedule({ id: `${retireKeysKind} ${key}`, kind: retireKeysKind, dueAt, data })
}

/**
 * When the overlap is over, in milliseconds since the epoch; `undefined` where nothing is retired.
 * It begins when the new key was both rotated and trusted, so that every attempt says the same.
 */
export function retireKeysAt(
  { subject, jwk, time, retire }: KeyRotated,
  grants: readonly IssuerGrant[],
): number | undefined {
  const own = grants.find((grant) => grant.kid === jwk.kid && grant.subject === subject)
  return retire && Math.max(Date.parse(time), own?.createdAt ?? 0) + retire.afterMs
}

/** The second pass of a `key.rotated`, as the ledger kept it. */
interface Retirement extends WorkflowEvent {
  readonly key: string
  readonly keys: KeysToRetire
}

/** What is listed when the overlap is over, and what was brought since. */
interface RetirableKeys {
  readonly grants: readonly IssuerGrant[]
  readonly brought: BroughtAt
}

/**
 * Executes a follow-up of kind `retire-keys`: lists and plans again, has siblings follow or refuses,
 * deletes the old grants, looks, and writes the receipt of the event's follow-up pass. Done again
 * it changes nothing and returns the receipt there is. It does not end the follow-up.
 *
 * @throws RefusedError where the keys may not be retired as things stand: nothing has been touched.
 * Everything else that is thrown leaves the follow-up to be executed again.
 */
export function retireKeys(
  followUp: FollowUp,
  services: KeyRotatedServices,
  settings: KeyRotatedSettings,
  allowance: Allowance,
): Promise<Run> {
  const keys = parseKeysToRetire(followUp.data)
  const retirement: Retirement = { ...keys.event, type: 'key.rotated', data: keys, keys }
  const delivery = { ...allowance, pass: 'follow-up' as const, messages: nowhere }
  const pseudonym = (subject: string) => subjectPseudonym(services.ledgerKey, subject)
  return run(keysRetired(pseudonym, settings), retirement, delivery, services)
}

/** Deletes trust in old keys; whatever else stands on them stands on the new one before. */
function keysRetired(
  pseudonym: (subject: string) => string,
  settings: KeyRotatedSettings,
): Workflow<Retirement, RetirableKeys, KeyRotatedServices> {
  const rollover = ({ keys, time }: Retirement, { brought }: RetirableKeys): Rollover => ({
    kid: keys.jwk.kid,
    // A key that a later event brought back is a newer fact.
    retired: keys.kids.filter((kid) => isBroughtLater(brought, kid, time) !== true),
    siblings: keys.siblings,
    isNamed: ({ subject }) => (subject && pseudonym(subject)) === keys.subject,
  })
  const left = (event: Retirement, seen: RetirableKeys) => ({
    toTrust: missingTrusts(rollover(event, seen), seen.grants),
    standing: onRetiredKeys(rollover(event, seen), seen.grants),
  })
  return {
    name: 'key-rotated',
    preconditions: ['the issuer signs with the new key'],
    about: ({ keys: { issuer, subject } }) => ({
      issuer,
      ...(subject === undefined ? {} : { subject }),
    }),
    leases: ({ keys }) => [{ kind: 'issuer', id: keys.issuer }],
    observe,
    guard: async (event, seen, { services }) =>
      refuse(event, rollover(event, seen), seen, settings, services.clock.now()),
    count: (event, seen): Counts => ({
      grants: seen.grants.length,
      grants_to_trust: left(event, seen).toTrust.length,
      grants_on_retired_keys: left(event, seen).standing.length,
      siblings: siblingsOf(rollover(event, seen), seen.grants).length,
    }),
    plan: (event, seen) => [
      ...trusts(left(event, seen).toTrust, event.keys),
      retirements(left(event, seen).standing),
    ],
    verify: (event, seen): Counts => {
      const { toTrust, standing } = left(event, seen)
      const remaining = {
        'grants still to be trusted': toTrust.length,
        'grants on retired keys': standing.length,
      }
      return Object.fromEntries(Object.entries(remaining).filter(([, count]) => count > 0))
    },
    survivors: async (_event, _observations, _reading, { now }) => [
      survivingTokens(now + settings.accessTokenLifespanMs),
    ],
    measure: (_receipt, metrics: Metrics) => metrics.count('KeysRetired', 1),
  }
}

async function observe(
  { keys }: Retirement,
  reading: Reading<KeyRotatedServices>,
): Promise<RetirableKeys> {
  const { issuer, kids } = keys
  const { services } = reading
  return {
    grants: await issuerGrants(issuer, reading),
    brought: services ? await broughtAt(issuer, kids, services) : new Map(),
  }
}

/** @throws RefusedError with the first reason that applies; nothing has been touched then. */
function refuse(
  { keys }: Retirement,
  rollover: Rollover,
  { grants }: RetirableKeys,
  { protectedIssuers }: KeyRotatedSettings,
  now: number,
): void {
  if (protectedIssuers.includes(keys.issuer)) throw new RefusedError('protected-issuer')
  if (onRetiredKeys(rollover, grants).length === 0) return

  const isOwn = (grant: IssuerGrant & GrantTerms) =>
    grant.kid === rollover.kid && rollover.isNamed(grant) && grant.expiresAt > now
  if (!grants.some(isOwn)) throw new RefusedError('new-key-not-trusted')
  const reason = refusalOf(rollover, grants)
  if (reason !== undefined) throw new RefusedError(reason)
}

function survivingTokens(until: number): MayStillWork {
  return {
    what: 'access tokens of the jwt-bearer grant',
    until: isoTime(until),
    why: 'deleting trust in a key ends no token that was issued on its assertions',
  }
}

/** Nothing is sent when keys are retired. */
const nowhere: Messages = {
  send: () => Promise.reject(new Error('a retirement sends no message')),
  followUp: () => Promise.reject(new Error('a retirement sends no message')),
}
