import type { IdentityLookup, SubjectsSought } from '@lapse/core/events'
import { identitiesOf } from '@lapse/core/workflows'
import { findPlanPlace } from '../plan/find-plan-place.ts'
import { openAccounts } from '../plan/open-ory.ts'
import { planProblem, settingsProblem } from '../plan/plan-problem.ts'

/** What an event is about, and what the identity provider said of it. */
export interface Asked {
  /** Those that the event makes, and those that were found. */
  readonly subjects: readonly string[]
  /** `identities` is `null` where nobody was asked. */
  readonly lookups: readonly (IdentityLookup & { readonly identities: readonly string[] | null })[]
  /** The variable that is missing. */
  readonly notAskedBecause?: 'ORY_IDENTITIES_URL'
}

/**
 * Looks whom an event is about, where it is known which identity provider to ask. Nothing is changed.
 * @throws UsageError or CommandError in the environment's words
 */
export async function askForSubjects(
  { subjects, lookups }: Pick<SubjectsSought, 'subjects' | 'lookups'>,
  stage: string | undefined,
): Promise<Asked> {
  if (lookups.length === 0) return { subjects, lookups: [] }
  const place = await findPlanPlace(process.env, process.cwd(), { stage }).catch(settingsProblem)
  await using accounts = openAccounts(place.ory, place.variables)
  if (accounts === undefined) {
    const unasked = lookups.map((lookup) => ({ ...lookup, identities: null }))
    return { subjects, lookups: unasked, notAskedBecause: 'ORY_IDENTITIES_URL' }
  }
  const { ORY_IDENTITIES_URL: identitiesUrl } = place.variables
  const asked: Asked['lookups'][number][] = []
  for (const lookup of lookups) {
    const identities = await identitiesOf(lookup, accounts).catch((error: unknown) => {
      throw planProblem(error, { ...place.ory, identitiesUrl })
    })
    asked.push({ ...lookup, identities })
  }
  const found = asked.flatMap(({ identities }) => identities ?? [])
  return { subjects: [...new Set([...subjects, ...found])], lookups: asked }
}

/** Why nobody was asked, and what a worker would do. */
export function notAsked(variable: NonNullable<Asked['notAskedBecause']>): string {
  return `${variable} is not set: set it to have the identity provider asked, as a worker would ask it.`
}
