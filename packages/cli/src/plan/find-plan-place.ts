import { type DevFile, findRunningDev } from '../dev-file.ts'
import { type Place, placeNamed, placeOfDev } from '../place.ts'
import type { OryEnvironment } from './open-ory.ts'

/** Where a plan looks. */
export interface PlanPlace {
  readonly ory: OryEnvironment
  /** The settings that count there. */
  readonly variables: Place['variables']
  /** Where the ledger is, if it can be asked. */
  readonly ledger: Place | undefined
}

/**
 * The Ory that the environment names, with the ledger that it names or that of the `lapse dev` which
 * runs here with this Ory; where the environment names none, that `lapse dev`.
 *
 * @throws CommandError where `lapse dev` is gone, or its file is not believed
 */
export async function findPlanPlace(
  environment: Place['variables'],
  directory: string,
): Promise<PlanPlace> {
  const { ORY_ADMIN_URL: adminUrl, ORY_API_KEY: apiKey, LEDGER_TABLE } = environment
  const named = { ory: { adminUrl, apiKey }, variables: environment }
  if (LEDGER_TABLE) return { ...named, ledger: placeNamed(environment) }
  const dev = await runningDev(adminUrl, directory)
  if (dev === undefined) return { ...named, ledger: undefined }

  const place = placeOfDev(dev, environment)
  const ory = { adminUrl: dev.environment['ORY_ADMIN_URL'], apiKey }
  return { ory, variables: place.variables, ledger: place }
}

/** Whoever named an Ory is not kept from it by a `lapse dev` that is gone, or has another. */
async function runningDev(
  adminUrl: string | undefined,
  directory: string,
): Promise<DevFile | undefined> {
  if (!adminUrl) return findRunningDev(directory)
  const dev = await findRunningDev(directory).catch(() => undefined)
  return dev && isSameUrl(adminUrl, dev.environment['ORY_ADMIN_URL']) ? dev : undefined
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
