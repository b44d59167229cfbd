import { RefusedError } from '../../errors.ts'
import { isAhead, type KeyRotated, subjectPseudonym } from '../../events/index.ts'
import {
  type BroughtAt,
  broughtAt,
  type GrantTerms,
  type IssuerGrant,
  isBroughtLater,
  issuerGrants,
  type KnownKey,
  knownKey,
  olderKeys,
  rememberKey,
  removalSince,
} from '../../issuers/index.ts'
import { thumbprintOf } from '../../jwk/index.ts'
import type { Metrics } from '../../ports/index.ts'
import { refuseProtected } from '../../protection/index.ts'
import {
  type Context,
  type Counts,
  isoTime,
  ledgerKeysOf,
  type MayStillWork,
  type Reading,
  type Receipt,
  type SupersededBy,
  type Workflow,
} from '../../run/index.ts'
import { type Bearer, rememberRotation, retiredBy, rotationsOf } from './key-history.ts'
import { retireKeysAt, scheduleRetirement } from './keys-to-retire.ts'
import { missingTrusts, onRetiredKeys, type Rollover, refusalOf, siblingsOf } from './rollover.ts'
import { trusts } from './rollover-steps.ts'
import type { KeyRotatedServices } from './services.ts'
import type { KeyRotatedSettings } from './settings.ts'

/** What can be seen of an issuer: its grants at Ory, and what the ledger knows of its keys. */
export interface IssuerKeys {
  readonly grants: readonly IssuerGrant[]
  /** Of the key that the event brings. */
  readonly thumbprint: string
  /** What the ledger knows under its `kid`. */
  readonly known: KnownKey | undefined
  /** Of the keys that may be retired. */
  readonly brought: BroughtAt
}

/**
 * An issuer signs with a new key: it is trusted now, and the old ones go when the overlap is over,
 * by a follow-up that the ledger keeps.
 */
export function keyRotated(
  settings: KeyRotatedSettings,
): Workflow<KeyRotated, IssuerKeys, KeyRotatedServices> {
  return {
    name: 'key-rotated',
    preconditions: ['the issuer signs with the new key before the overlap is over'],
    about: ({ issuer, subject }, pseudonym) => ({
      issuer,
      ...(subject === undefined ? {} : { subject: pseudonym(subject) }),
    }),
    leases: ({ issuer }) => [{ kind: 'issuer', id: issuer }],
    supersededBy,
    observe,
    guard: (event, keys, now) => refuse(event, keys, settings, now),
    remember,
    count: countKeys,
    plan: (event, { grants, brought }) =>
      trusts(missingTrusts(rolloverOf(event, grants, brought), grants), event),
    verify: (event, keys) => {
      const missing = trustsMissing(event, keys)
      return missing === 0 ? {} : { 'grants still to be trusted': missing }
    },
    afterwards: scheduleWhatRetires,
    followUpDue: (event, { grants, brought }) =>
      rolloverOf(event, grants, brought).retired.length === 0
        ? undefined
        : retireKeysAt(event, grants),
    survivors: async (event, _observations, _reading, { now, followUpNotBefore }) =>
      survivorsOf(event, now, followUpNotBefore),
    survivorsOfSuperseded: leftTrusted,
    notes: ({ retire }) => (retire === undefined ? ['no key was asked to be retired'] : []),
    measure,
  }
}

async function observe(
  event: KeyRotated,
  reading: Reading<KeyRotatedServices>,
): Promise<IssuerKeys> {
  const { issuer, jwk } = event
  const { services } = reading
  const grants = await issuerGrants(issuer, reading)
  const kids = retirableKids(event, grants)
  return {
    grants,
    thumbprint: await thumbprintOf(jwk),
    known: services && (await knownKey(issuer, jwk.kid, services)),
    brought: services ? await broughtAt(issuer, kids, services) : new Map(),
  }
}

/** Keys that an event may retire, of those that are listed. */
function retirableKids(
  { retire, subject }: KeyRotated,
  grants: readonly IssuerGrant[],
): readonly string[] {
  if (retire === undefined) return []
  const named = new Set(retire.kids)
  const isRetirable = (grant: IssuerGrant) =>
    retire.kids === 'others' ? grant.subject === subject : named.has(grant.kid)
  return grants.filter(isRetirable).map(({ kid }) => kid)
}

/** A later rotation that retires the key, or a removal of the whole issuer. */
async function supersededBy(
  event: KeyRotated,
  { services }: Context<KeyRotatedServices>,
): Promise<SupersededBy | undefined> {
  const bearers = ledgerKeysOf(services).map((ledgerKey) => bearerOf(event, ledgerKey))
  for (const bearer of new Map(bearers.map((one) => [one.subject, one])).values()) {
    const later = retiredBy(await rotationsOf(bearer, services), event)
    if (later !== undefined) return later
  }
  return removalSince(event.issuer, event.time, services)
}

function bearerOf({ issuer, subject }: KeyRotated, ledgerKey: Uint8Array): Bearer {
  return { issuer, subject: subject && subjectPseudonym(ledgerKey, subject) }
}

/** The rotation over what is listed now. */
function rolloverOf(
  event: KeyRotated,
  grants: readonly IssuerGrant[],
  brought: BroughtAt,
): Rollover {
  const { subject, scope, expiresAt, jwk, siblings, retire } = event
  const own: GrantTerms = { subject, scope, expiresAt: Date.parse(expiresAt) }
  const isNamed = (grant: IssuerGrant) => grant.subject === subject
  const retired =
    retire?.kids === 'others'
      ? olderKeys(grants.filter(isNamed), brought, event)
      : (retire?.kids ?? [])
  return { kid: jwk.kid, retired, siblings, isNamed, own }
}

/** @throws RefusedError with the first reason that applies; nothing has been touched then. */
function refuse(
  event: KeyRotated,
  keys: IssuerKeys,
  settings: KeyRotatedSettings,
  now: number,
): void {
  const { issuer, expiresAt, time } = event
  refuseProtected({ issuers: [issuer] }, settings)
  if (isAhead(time, now)) throw new RefusedError('time-in-the-future')
  if (Date.parse(expiresAt) <= now) throw new RefusedError('key-expired')
  if (isForeign(event, keys)) throw new RefusedError('kid-in-use')

  const { grants, brought } = keys
  const rollover = rolloverOf(event, grants, brought)
  if (rollover.retired.some((kid) => isBroughtLater(brought, kid, time) === true))
    throw new RefusedError('newer-than-event')
  const reason = refusalOf(rollover, grants)
  if (reason !== undefined) throw new RefusedError(reason)
}

/** Under a `kid` in use Ory would say 201 to another key, and silently keep the old one. */
function isForeign({ jwk: { kid } }: KeyRotated, { grants, thumbprint, known }: IssuerKeys) {
  if (known?.thumbprint === thumbprint) return false
  return known?.pending === true || grants.some((grant) => grant.kid === kid)
}

/** What is meant is in the ledger before Ory is told. */
async function remember(
  event: KeyRotated,
  { thumbprint }: IssuerKeys,
  { services, key }: Context<KeyRotatedServices>,
): Promise<void> {
  const { issuer, jwk, time } = event
  await rememberKey(issuer, jwk.kid, { thumbprint, event: key, time }, services)
  await rememberRotation(bearerOf(event, services.ledgerKey), event, services)
}

function trustsMissing(event: KeyRotated, { grants, brought }: IssuerKeys): number {
  return missingTrusts(rolloverOf(event, grants, brought), grants).length
}

function countKeys(event: KeyRotated, keys: IssuerKeys): Counts {
  const { grants, brought } = keys
  const rollover = rolloverOf(event, grants, brought)
  return {
    grants: grants.length,
    grants_to_trust: trustsMissing(event, keys),
    grants_on_new_key: grants.filter(({ kid }) => kid === event.jwk.kid).length,
    grants_on_keys_to_retire: onRetiredKeys(rollover, grants).length,
    siblings: siblingsOf(rollover, grants).length,
  }
}

/** Once scheduled, which keys go is settled: what is trusted later is not meant. */
async function scheduleWhatRetires(
  event: KeyRotated,
  { grants, brought }: IssuerKeys,
  { services, key }: Context<KeyRotatedServices>,
): Promise<void> {
  const { retired } = rolloverOf(event, grants, brought)
  if (retired.length === 0) return

  const { subject } = bearerOf(event, services.ledgerKey)
  await scheduleRetirement({ event, key, subject, kids: retired, grants }, services)
}

function survivorsOf(
  { retire }: KeyRotated,
  now: number,
  followUpNotBefore: number | undefined,
): readonly MayStillWork[] {
  if (followUpNotBefore === undefined && retire !== undefined) return []
  return [
    {
      what: 'assertions signed with an old key',
      until: followUpNotBefore === undefined ? null : isoTime(Math.max(now, followUpNotBefore)),
      why: 'old keys stay trusted until they are retired',
    },
  ]
}

/** What a later rotation need not retire either: it may name other keys, or none. */
function leftTrusted({ retire }: KeyRotated): readonly MayStillWork[] {
  if (retire === undefined) return []
  const isNamed = retire.kids !== 'others'
  return [
    {
      what: 'assertions signed with an old key',
      until: null,
      why: isNamed
        ? 'this rotation was superseded, and retires none of the keys that it names'
        : 'this rotation was superseded, and retires no key; the later one may retire others',
      ...(isNamed && { count: retire.kids.length }),
    },
  ]
}

function measure(_receipt: Receipt, metrics: Metrics): void {
  metrics.count('KeysRotated', 1)
}
