import { findRunningDev } from '../dev-file.ts'
import { UsageError } from '../errors.ts'
import { type Place, placeNamed, placeOfDev } from '../place.ts'

/**
 * Where secrets are rotated: the place that the environment names with `ROTATED_SECRETS`; without it
 * that of the `lapse dev` that runs here.
 *
 * @throws UsageError where neither is there, CommandError where `lapse dev` is gone
 */
export async function findPlace(
  environment: Place['variables'],
  directory: string,
): Promise<Place> {
  if (environment['ROTATED_SECRETS']) return placeNamed(environment)
  const dev = await findRunningDev(directory)
  if (dev?.environment['ROTATED_SECRETS'])
    return {
      ...placeOfDev(dev, environment),
      rotationFunction: dev.functions['rotate-client-secret'],
    }
  throw new UsageError(
    'no secret to rotate is known; set ROTATED_SECRETS here, or where lapse dev is started',
  )
}
