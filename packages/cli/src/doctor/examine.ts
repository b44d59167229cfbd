import type { Site } from '../site/site.ts'
import { whyNot } from '../site/why.ts'
import { type Check, cannotTell, type Outcome, type Told } from './check.ts'

/** A check, and what it came to. */
export type Examined = Pick<Check<unknown>, 'name' | 'about'> & Outcome

/**
 * Makes every check, all at the same time, and tells each in the order of the list. What one cannot
 * read hides no other.
 */
export async function examine(
  checks: readonly Check<unknown>[],
  site: Site,
  told: Told = {},
): Promise<readonly Examined[]> {
  return Promise.all(
    checks.map(async (check) => {
      const { name, about } = check
      return { name, about, ...(await outcomeOf(check, site, told)) }
    }),
  )
}

async function outcomeOf(check: Check<unknown>, site: Site, told: Told): Promise<Outcome> {
  try {
    return check.judge(await check.read(site, told), site.place)
  } catch (error) {
    return cannotTell(whyNot(error))
  }
}
