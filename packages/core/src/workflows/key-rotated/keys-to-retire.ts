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
  type IssuerGrant,
  isBroughtLater,
  issuerGrants,
  olderKeys,
  removalSince,
} from '../../issuers/index.ts'
import type { FollowUp, Metrics } from '../../ports/index.ts'
import { refuseProtected } from '../../protection/index.ts'
import {
  type Allowance,
  type Counts,
  isoTime,
  ledgerKeysOf,
  type MayStillWork,
  type Messages,
  masked,
  type Reading,
  type Run,
  run,
  type Workflow,
  type WorkflowEvent,
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

/** So many keys and grants are named in a follow-up; it bounds the ledger's item. */
const kidsKept = 200

/** Has the sweep retire keys. The first to schedule it decides; again changes nothing. */
export function scheduleRetirement(
  { event, key, subject, kids, grants }: Retiring,
  { followUps, ledgerKey }: Pick<KeyRotatedServices, 'followUps' | 'ledgerKey'>,
): Promise<void> {
  const { issuer, jwk, siblings, time, retire } = event
  const data: KeysToRetire = {
    event: {
      key,
      id: masked(event.id, event.subject, ledgerKey),
      source: masked(event.source, event.subject, ledgerKey),
      time,
    },
    issuer,
    jwk,
    kids: retire?.kids === 'others' && kids.length > kidsKept ? 'others' : [...kids],
    grant_ids: grantIdsOf({ event, kids, grants }),
    siblings,
    ...(subject === undefined ? {} : { subject }),
  }
  const dueAt = retireKeysAt(event, grants) ?? 0
  return followUps.schedule({ id: `${retireKeysKind} ${key}`, kind: retireKeysKind, dueAt, data })
}

/** The event's own grants, the one on the new key first. */
function grantIdsOf({ event, kids, grants }: Pick<Retiring, 'event' | 'kids' | 'grants'>) {
  const own = grants.filter(({ subject }) => subject === event.subject)
  const old = new Set(kids)
  return [
    ...own.filter(({ kid }) => kid === event.jwk.kid),
    ...own.filter(({ kid }) => old.has(kid)),
  ]
    .slice(0, kidsKept)
    .map(({ id }) => id)
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
  const delivery = { ...allowance, pass: 'follow-up', lane: 'hygiene', messages: nowhere } as const
  return run(keysRetired(isNamedBy(keys, services), settings), retirement, delivery, services)
}

/**
 * Whether a grant is one of the event's own. The ledger key may have been replaced since, and so
 * every pseudonym: grants that were the event's then are known by their ids.
 */
function isNamedBy(
  { subject, grant_ids = [] }: KeysToRetire,
  services: KeyRotatedServices,
): (grant: IssuerGrant) => boolean {
  const ids = new Set(grant_ids)
  const pseudonymsOf = (name: string) =>
    ledgerKeysOf(services).map((ledgerKey) => subjectPseudonym(ledgerKey, name))
  return (grant) =>
    ids.has(grant.id) ||
    (grant.subject === undefined
      ? subject === undefined
      : pseudonymsOf(grant.subject).includes(subject ?? ''))
}

/** Deletes trust in old keys; whatever else stands on them stands on the new one before. */
function keysRetired(
  isNamed: (grant: IssuerGrant) => boolean,
  settings: KeyRotatedSettings,
): Workflow<Retirement, RetirableKeys, KeyRotatedServices> {
  const rollover = (event: Retirement, seen: RetirableKeys): Rollover => ({
    kid: event.keys.jwk.kid,
    retired: retiredKids(event, seen, isNamed),
    siblings: event.keys.siblings,
    isNamed,
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
    supersededBy: ({ keys, time }, { services }) => removalSince(keys.issuer, time, services),
    observe: (event, reading) => observe(event, isNamed, reading),
    guard: (event, seen, now) => refuse(event, rollover(event, seen), seen, settings, now),
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

/** A key that a later event brought back is a newer fact, and stays. */
function retiredKids(
  { keys, time }: Retirement,
  { grants, brought }: RetirableKeys,
  isNamed: (grant: IssuerGrant) => boolean,
): readonly string[] {
  const { kids, jwk } = keys
  return kids === 'others'
    ? olderKeys(grants.filter(isNamed), brought, { jwk, time })
    : kids.filter((kid) => isBroughtLater(brought, kid, time) !== true)
}

async function observe(
  { keys: { issuer, kids } }: Retirement,
  isNamed: (grant: IssuerGrant) => boolean,
  reading: Reading<KeyRotatedServices>,
): Promise<RetirableKeys> {
  const { services } = reading
  const grants = await issuerGrants(issuer, reading)
  const named = new Set(kids)
  const inQuestion = grants.filter((grant) =>
    kids === 'others' ? isNamed(grant) : named.has(grant.kid),
  )
  const brought =
    services &&
    (await broughtAt(
      issuer,
      inQuestion.map(({ kid }) => kid),
      services,
    ))
  return { grants, brought: brought ?? new Map() }
}

/** @throws RefusedError with the first reason that applies; nothing has been touched then. */
function refuse(
  { keys }: Retirement,
  rollover: Rollover,
  { grants }: RetirableKeys,
  settings: KeyRotatedSettings,
  now: number,
): void {
  refuseProtected({ issuers: [keys.issuer] }, settings)
  if (onRetiredKeys(rollover, grants).length === 0) return

  const isOwn = (grant: IssuerGrant) =>
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
