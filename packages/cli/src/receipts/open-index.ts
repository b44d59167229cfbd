import { dynamoDbReceiptIndex } from '@lapse/aws/receipt-index'
import { required } from '@lapse/aws/settings/texts'
import { type ReceiptIndex, systemClock } from '@lapse/core/ports'
import type { StageOption } from '../place/find-place.ts'
import type { Place } from '../place.ts'
import { placeProblem } from '../plan/plan-problem.ts'
import { findReceiptsPlace } from './find-receipts-place.ts'

/** Receipts, and where they are. */
export interface OpenReceipts {
  readonly index: ReceiptIndex
  readonly place: Place
}

/**
 * Works with the receipts of the place that is meant.
 * @throws UsageError or CommandError, in the environment's words, for whatever AWS answers
 */
export async function withReceipts<T>(
  options: StageOption,
  work: (receipts: OpenReceipts) => Promise<T>,
): Promise<T> {
  const place = await findReceiptsPlace(options, process.env, process.cwd())
  try {
    const table = required(place.variables, 'LEDGER_TABLE')
    return await work({ place, index: dynamoDbReceiptIndex(table, systemClock, place.dynamoDb) })
  } catch (error) {
    throw placeProblem(error) ?? error
  }
}
