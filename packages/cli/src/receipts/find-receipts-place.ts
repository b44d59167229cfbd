import { UsageError } from '../errors.ts'
import { findPlace, type StageOption } from '../place/find-place.ts'
import type { Place } from '../place.ts'

/**
 * Where receipts are kept: the stage that is named, the ledger that the environment names with
 * `LEDGER_TABLE`, or that of the `lapse dev` which runs here.
 *
 * @throws UsageError where there is none of these, CommandError where `lapse dev` is gone
 */
export async function findReceiptsPlace(
  { stage }: StageOption,
  environment: Place['variables'],
  directory: string,
): Promise<Place> {
  const isNamed = (variables: Place['variables']) => Boolean(variables['LEDGER_TABLE'])
  const place = await findPlace({ stage, isNamed }, environment, directory)
  if (place !== undefined) return place
  throw new UsageError(
    'no ledger is known; give --stage, set LEDGER_TABLE, or start lapse dev here',
  )
}
