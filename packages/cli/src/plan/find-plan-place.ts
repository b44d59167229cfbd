import { type FoundPlace, findPlace, type StageOption } from '../place/find-place.ts'
import type { Place } from '../place.ts'
import { type OryEnvironment, oryIn } from './open-ory.ts'

/** Where a plan looks. */
export interface PlanPlace {
  readonly ory: OryEnvironment
  /** The settings that count there. */
  readonly variables: Place['variables']
  /** Where the ledger is, if it can be asked. */
  readonly ledger: Place | undefined
}

/**
 * The stage that is named; the Ory that the environment names, with the ledger that it names or that
 * of the `lapse dev` which runs here with this Ory; where the environment names none, that `lapse dev`.
 *
 * @throws CommandError where `lapse dev` is gone, or its file is not believed
 */
export async function findPlanPlace(
  environment: Place['variables'],
  directory: string,
  { stage }: StageOption = {},
): Promise<PlanPlace> {
  const { ORY_ADMIN_URL: adminUrl, ORY_API_KEY: apiKey } = environment
  const place = await placeOrNone(stage, environment, directory)
  if (place === undefined)
    return { ory: { adminUrl, apiKey }, variables: environment, ledger: undefined }
  return { ory: oryIn(place, environment), variables: place.variables, ledger: place }
}

/** Whoever named an Ory is not kept from it by a `lapse dev` that is gone, or has another. */
async function placeOrNone(
  stage: string | undefined,
  environment: Place['variables'],
  directory: string,
): Promise<FoundPlace | undefined> {
  const isNamed = (variables: Place['variables']) => Boolean(variables['LEDGER_TABLE'])
  const found = findPlace({ stage, asksOry: true, isNamed }, environment, directory)
  const { ORY_ADMIN_URL: adminUrl } = environment
  if (!adminUrl || stage !== undefined || isNamed(environment)) return found
  const dev = await found.catch(() => undefined)
  return dev && isSameUrl(adminUrl, dev.variables['ORY_ADMIN_URL']) ? dev : undefined
}

function isSameUrl(one: string, other = ''): boolean {
  return hrefOf(one) !== undefined && hrefOf(one) === hrefOf(other)
}

/** With the one name that is this machine's whichever way it is written. */
function hrefOf(text: string): string | undefined {
  const url = URL.parse(text)
  if (url?.hostname === 'localhost') url.hostname = '127.0.0.1'
  return url?.href.replace(/\/+$/, '')
}
