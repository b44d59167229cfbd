import { DeadlineError } from '../errors.ts'
import { type LeaseRow, withIssuerLease } from '../leases/index.ts'
import type { Ory, TrustedOAuth2JwtGrantIssuer } from '../ory/index.ts'
import type { Clock, Ledger } from '../ports/index.ts'
import { type Protection, protectionOf } from '../protection/index.ts'
import type { Allowance } from './execute.ts'
import { codeOf, isBusy } from './failures.ts'
import { type Finding, type Look, lookOf } from './inspection.ts'
import { type Times, timesUntil, workInTime } from './time-boxed.ts'

interface GrantServices extends Protection {
  readonly ory: Ory
  readonly clock: Clock
  readonly leases: Ledger<LeaseRow>
}

/** The grants that stand on one key of an issuer. */
interface Key {
  readonly issuer: string
  readonly kid: string | undefined
  readonly expired: number
  readonly grants: number
  /** Deleting this one takes the others along. */
  readonly id: string
}

/** What one inspection has come across. */
interface Inspected {
  /** Keys that had to stay. */
  readonly kept: Finding[]
  /** How many it did not get to, and what kept it from them. */
  unseen: number
  code: string | undefined
}

/**
 * Deletes trusted grants that have expired: Ory may go on accepting them. One grant takes every
 * other on the same issuer and `kid` with it, so only a key whose grants have all expired goes, by
 * one deletion. A key that cannot be deleted keeps no other.
 *
 * @returns the keys that had to stay: because of a grant that still lives, as those of protected
 * issuers, or with the `problem` that kept them
 */
export async function deleteExpiredGrants(
  services: GrantServices,
  allowance: Allowance,
): Promise<Look> {
  const { ory, clock } = services
  const inspected: Inspected = { kept: [], unseen: 0, code: undefined }
  const times = timesUntil(allowance.deadline, clock.now())
  const keys = await listKeys(ory, {}, clock.now(), allowance, (error) => {
    inspected.code = codeOf(error)
  })
  const expired = keys.filter((key) => key.expired > 0)
  const isProtected = ({ issuer }: Key) =>
    protectionOf({ issuers: [issuer] }, services) !== undefined
  const isKept = (key: Key) => key.expired < key.grants || isProtected(key)
  inspected.kept.push(...expired.filter(isKept).map(findingOf))

  const byIssuer = Map.groupBy(
    expired.filter((key) => !isKept(key)),
    ({ issuer }) => issuer,
  )
  const reached = new Set<string>()
  const work = async ([issuer, found]: readonly [string, readonly Key[]]) => {
    reached.add(issuer)
    await deleteKeys(issuer, found, { services, allowance, times, inspected })
  }
  await workInTime(byIssuer, work, times, clock)
  for (const [issuer, found] of byIssuer)
    if (!reached.has(issuer)) passOver(found.length, inspected)
  return lookOf(inspected.kept, [], inspected)
}

/** Leaves keys to the next sweep, for want of time. */
function passOver(keys: number, inspected: Inspected): void {
  inspected.unseen += keys
  if (keys > 0) inspected.code ??= 'ERR_DEADLINE'
}

interface Deleting {
  readonly services: GrantServices
  readonly allowance: Allowance
  readonly times: Times
  readonly inspected: Inspected
}

/**
 * Looks once more with the issuer's lease in hand, at all of its keys at once: a grant may have been
 * trusted on one of them. An issuer that somebody else is at work on is left to the next sweep.
 */
async function deleteKeys(
  issuer: string,
  found: readonly Key[],
  { services, allowance, times, inspected }: Deleting,
): Promise<void> {
  const { ory, clock, leases } = services
  const { deadline, signal } = allowance
  const stays = (key: Key, problem: unknown) =>
    inspected.kept.push({ ...findingOf(key), problem: codeOf(problem) })

  const remove = async (key: Key) => {
    const { id } = key
    const options = signal === undefined ? {} : { signal }
    await ory
      .deleteTrustedOAuth2JwtGrantIssuer({ id }, options)
      .catch(unlessGone)
      .catch((error: unknown) => stays(key, error))
  }
  const work = async () => {
    const now = clock.now()
    const listed = await listKeys(ory, { issuer }, now, allowance, (error) => {
      throw error
    })
    const goes = (key: Key) =>
      key.expired === key.grants && found.some(({ kid }) => kid === key.kid)
    const { unseen } = await workInTime(listed.filter(goes), remove, times, clock)
    passOver(unseen, inspected)
  }
  await withIssuerLease(issuer, { ledger: leases, clock }, deadline, work).catch(
    (error: unknown) => {
      if (error instanceof DeadlineError) passOver(found.length, inspected)
      else if (!isBusy(error)) for (const key of found) stays(key, error)
    },
  )
}

/**
 * The keys of all issuers, or of one. A page that cannot be read ends the list: what was read by
 * then counts, because nothing is deleted before its issuer was listed again.
 */
async function listKeys(
  ory: Ory,
  choice: { readonly issuer?: string },
  now: number,
  { signal }: Allowance,
  failed: (error: unknown) => void,
): Promise<readonly Key[]> {
  const keys = new Map<string, Key>()
  const listed = ory.listTrustedOAuth2JwtGrantIssuers(
    { ...choice, page_size: 500 },
    signal === undefined ? {} : { signal },
  )
  try {
    for await (const grant of listed) {
      const { issuer, public_key, id } = grant
      const name = JSON.stringify([issuer, public_key?.kid])
      const { expired = 0, grants = 0 } = keys.get(name) ?? {}
      keys.set(name, {
        issuer,
        kid: public_key?.kid,
        expired: expired + (hasExpired(grant, now) ? 1 : 0),
        grants: grants + 1,
        id,
      })
    }
  } catch (error) {
    failed(error)
  }
  return [...keys.values()].filter(({ issuer }) => (choice.issuer ?? issuer) === issuer)
}

function findingOf({ issuer, kid, expired, grants }: Key): Finding {
  return { issuer, kid, expired, grants }
}

function hasExpired({ expires_at }: TrustedOAuth2JwtGrantIssuer, now: number): boolean {
  return Date.parse(expires_at ?? '') <= now
}

/** The cascade of an earlier deletion may have taken it. */
function unlessGone(error: unknown): void {
  if (!(error instanceof Object && 'rowMissing' in error && error.rowMissing === true)) throw error
}
