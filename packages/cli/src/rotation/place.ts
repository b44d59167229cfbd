import { UsageError } from '../errors.ts'
import { type FoundPlace, findPlace, type StageOption } from '../place/find-place.ts'
import type { Place } from '../place.ts'

/**
 * Where secrets are rotated: the stage that is named; the place that the environment names with
 * `ROTATED_SECRETS`; without it that of the `lapse dev` that runs here.
 *
 * @throws UsageError where none is there, CommandError where `lapse dev` is gone
 */
export async function findRotationPlace(
  environment: Place['variables'],
  directory: string,
  { stage }: StageOption = {},
): Promise<FoundPlace> {
  const isNamed = (variables: Place['variables']) => Boolean(variables['ROTATED_SECRETS'])
  const place = await findPlace({ stage, asksOry: true, isNamed }, environment, directory)
  if (place !== undefined && isNamed(place.variables)) return place
  throw new UsageError(
    stage === undefined
      ? 'no secret to rotate is known; set ROTATED_SECRETS here, or where lapse dev is started, or give --stage'
      : `the stage ${stage} does not name its rotated secrets, which are more than its parameter has room for; set ROTATED_SECRETS`,
  )
}
