import type { Siblings } from '../../events/index.ts'
import { covers, type GrantTerms, holds, type IssuerGrant, sameTerms } from '../../issuers/index.ts'

/** What a rotation wants of an issuer's grants. */
export interface Rollover {
  /** The new key's. */
  readonly kid: string
  /** Keys that are to go. */
  readonly retired: readonly string[]
  readonly siblings: Siblings
  /** Whether the event is about this grant; every other one on a retired key is a sibling. */
  readonly isNamed: (grant: IssuerGrant) => boolean
  /** What the new key is to be trusted for; absent where that has been done. */
  readonly own?: GrantTerms
}

/** A grant that is to stand on the new key, and does not yet. */
export interface MissingTrust {
  readonly terms: GrantTerms
  /** The sibling that it follows; absent for the event's own. */
  readonly sibling?: IssuerGrant
}

/** Grants that go with the retired keys, the event's own among them. */
export function onRetiredKeys(
  { retired }: Rollover,
  grants: readonly IssuerGrant[],
): readonly IssuerGrant[] {
  const kids = new Set(retired)
  return grants.filter(({ kid }) => kids.has(kid))
}

/** Grants that the event does not name, and that would go with a retired key. */
export function siblingsOf(
  rollover: Rollover,
  grants: readonly IssuerGrant[],
): readonly IssuerGrant[] {
  return onRetiredKeys(rollover, grants).filter((grant) => !rollover.isNamed(grant))
}

/** What the new key is still to be trusted for: the event's own grant, then each sibling's. */
export function missingTrusts(
  rollover: Rollover,
  grants: readonly IssuerGrant[],
): readonly MissingTrust[] {
  const { own } = rollover
  const wanted: readonly MissingTrust[] = [
    ...(own === undefined ? [] : [{ terms: own }]),
    ...followers(rollover, grants).map((sibling) => ({ terms: sibling, sibling })),
  ]
  const onNewKey = bySubjectOn(rollover.kid, grants)
  return wanted.filter(({ terms, sibling }) => {
    const standing = onNewKey.get(terms.subject)
    return standing === undefined || (sibling === undefined && !sameTerms(standing, terms))
  })
}

/** For each subject of a sibling the one that allows most, where siblings are to be followed. */
function followers(rollover: Rollover, grants: readonly IssuerGrant[]): readonly IssuerGrant[] {
  if (rollover.siblings === 'refuse') return []
  return [...bySubject(siblingsOf(rollover, grants)).values()].map(
    (same) => mostOf(same) ?? (same[0] as IssuerGrant),
  )
}

function bySubject(grants: readonly IssuerGrant[]) {
  return Map.groupBy(grants, ({ subject }) => subject)
}

/** The one that covers all others, if there is one. */
function mostOf(grants: readonly IssuerGrant[]): IssuerGrant | undefined {
  return grants.find((grant) => grants.every((other) => covers(grant, other)))
}

/** There is one grant for each subject on a key. */
function bySubjectOn(
  kid: string,
  grants: readonly IssuerGrant[],
): ReadonlyMap<string | undefined, IssuerGrant> {
  const standing = grants.filter((grant) => grant.kid === kid)
  return new Map(standing.map((grant) => [grant.subject, grant]))
}

type Rule = (rollover: Rollover, grants: readonly IssuerGrant[]) => boolean

const rules: readonly { readonly reason: string; readonly applies: Rule }[] = [
  {
    // Ory has no way to change a grant, and deleting it would take its key along.
    reason: 'kid-in-use-on-other-terms',
    applies: ({ kid, own }, grants) => {
      const standing = own && bySubjectOn(kid, grants).get(own.subject)
      return own !== undefined && standing !== undefined && !sameTerms(standing, own)
    },
  },
  {
    reason: 'siblings-on-retired-key',
    applies: (rollover, grants) =>
      rollover.siblings === 'refuse' && siblingsOf(rollover, grants).length > 0,
  },
  { reason: 'siblings-on-different-terms', applies: someSiblingWouldLose },
  { reason: 'scope-bound-by-any-subject', applies: someScopeWouldBeBound },
]

/** Why a rollover may not be done as things stand; `undefined` where it may. */
export function refusalOf(rollover: Rollover, grants: readonly IssuerGrant[]): string | undefined {
  return rules.find(({ applies }) => applies(rollover, grants))?.reason
}

/** There is one grant for each subject on a key: it has to allow what all of a subject's did. */
function someSiblingWouldLose(rollover: Rollover, grants: readonly IssuerGrant[]): boolean {
  if (rollover.siblings === 'refuse') return false
  const onNewKey = bySubjectOn(rollover.kid, grants)
  return [...bySubject(siblingsOf(rollover, grants))].some(([subject, same]) => {
    const bearer = onNewKey.get(subject) ?? mostOf(same)
    return bearer === undefined || same.some((sibling) => !covers(bearer, sibling))
  })
}

/**
 * Where a key is trusted for any subject and for one besides, Ory reads only one of the two scopes.
 * Both have to allow what the one subject could do before.
 */
function someScopeWouldBeBound(rollover: Rollover, grants: readonly IssuerGrant[]): boolean {
  const standing = grants.filter(({ kid }) => kid === rollover.kid)
  const missing = missingTrusts(rollover, grants)
  const scopeForAny = [...standing, ...missing.map(({ terms }) => terms)].find(
    ({ subject }) => subject === undefined,
  )?.scope
  if (scopeForAny === undefined) return false

  const forAny = new Map(
    grants
      .filter(({ subject }) => subject === undefined)
      .map(({ kid, scope }) => [kid, scope] as const),
  )
  const anyIsMissing = missing.some(({ terms }) => terms.subject === undefined)
  const affected: readonly MissingTrust[] = [
    ...missing,
    ...(anyIsMissing ? standing.map((sibling) => ({ terms: sibling, sibling })) : []),
  ]
  return affected
    .filter(({ terms }) => terms.subject !== undefined)
    .some(({ terms: { scope }, sibling }) => {
      const before = forAny.get(sibling?.kid ?? rollover.kid) ?? []
      const needed = [...scope, ...before]
      return !holds(scopeForAny, needed) || !holds(scope, needed)
    })
}
