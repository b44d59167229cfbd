import { inLanes } from '../../../concurrency.ts'
import { ConfigError, OryApiError } from '../../../errors.ts'
import type { IdentityLookup, UnresolvedUserEvent } from '../../../events/index.ts'
import type { CallOptions, OryAccounts } from '../../../ory/index.ts'

/** The subjects of an event, and how many of its lookups have found nobody. */
export interface Resolved {
  /** Without repetition: those that the event makes, and then those that were found. */
  readonly subjects: readonly string[]
  readonly foundNobody: number
}

/** So many lookups are made at the same time. */
const lookupsAtATime = 5

/** So long one lookup may take. */
const patienceMs = 10_000

/**
 * Asks the identity provider whose event it is.
 * @throws ConfigError where it is not said where that is, and whatever it answers
 */
export async function resolveSubjects(
  { subjects, lookups }: Pick<UnresolvedUserEvent, 'subjects' | 'lookups'>,
  accounts: OryAccounts | undefined,
  signal: AbortSignal | undefined,
): Promise<Resolved> {
  const found = new Map<IdentityLookup, readonly string[]>()
  await inLanes(Math.min(lookupsAtATime, lookups.length), lookups, async (lookup) => {
    found.set(lookup, await identitiesOf(lookup, accounts, signal))
  })
  const byLookup = lookups.map((lookup) => found.get(lookup) ?? [])
  return {
    subjects: [...new Set([...subjects, ...byLookup.flat()])],
    foundNobody: byLookup.filter((ids) => ids.length === 0).length,
  }
}

/** The ids of the identities that one lookup finds: none, where there is no such identity. */
export async function identitiesOf(
  { by, value }: IdentityLookup,
  accounts: OryAccounts | undefined,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  if (accounts === undefined)
    throw new ConfigError(
      `ORY_IDENTITIES_URL is not set, and SUBJECT_TEMPLATES has the identity provider looked at by ${by}`,
    )
  const options: CallOptions = { timeoutMs: patienceMs, signal }
  if (by === 'external_id') {
    const identity = await unlessMissing(accounts.getIdentityByExternalID({ id: value }, options))
    return identity === undefined ? [] : [identity.id]
  }
  const listed = accounts.listIdentities({ credentials_identifier: value }, options)
  return (await Array.fromAsync(listed)).map(({ id }) => id)
}

async function unlessMissing<Found>(reading: Promise<Found>): Promise<Found | undefined> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof OryApiError && error.rowMissing) return undefined
    throw error
  }
}
