import { logSigner } from '@lapse/aws/log-signer'
import { dynamoDbPendingReceipts } from '@lapse/aws/pending-receipts'
import { dynamoDbReceiptIndex } from '@lapse/aws/receipt-index'
import { s3LogBucket } from '@lapse/aws/s3-log-bucket'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { receiptsLogSettings } from '@lapse/aws/settings/receipts-log'
import { required } from '@lapse/aws/settings/texts'
import {
  type LogBucket,
  type PendingReceipts,
  type ReceiptIndex,
  systemClock,
} from '@lapse/core/ports'
import type { VerifierKey } from '@lapse/core/receipts-log'
import { UsageError } from '../errors.ts'
import { type FoundPlace, findPlace, type StageOption } from '../place/find-place.ts'
import type { Place } from '../place.ts'
import { placeProblem } from '../plan/plan-problem.ts'

/** A log, the receipts that are in it or will be, and its public key. */
export interface OpenLog {
  readonly place: Place & StageOption
  readonly index: ReceiptIndex
  readonly pending: Pick<PendingReceipts, 'placeOf'>
  readonly bucket: Pick<LogBucket, 'get'>
  /** @throws ConfigError where the key may not be asked for */
  key(): Promise<VerifierKey>
}

/**
 * Works with the log of the stage that is named, the one that the environment names, or that of the
 * `lapse dev` which runs here.
 * @throws UsageError or CommandError, in the environment's words, for whatever AWS answers
 */
export async function withLog<T>(
  options: StageOption,
  work: (log: OpenLog) => Promise<T>,
): Promise<T> {
  const place = await findLogPlace(options)
  try {
    return await work(openLogAt(place))
  } catch (error) {
    throw placeProblem(error) ?? error
  }
}

async function findLogPlace({ stage }: StageOption): Promise<FoundPlace> {
  const isNamed = (variables: Place['variables']) => Boolean(variables['RECEIPTS_LOG_BUCKET'])
  const place = await findPlace({ stage, isNamed }, process.env, process.cwd())
  if (place !== undefined) return place
  throw new UsageError(
    'no receipts log is known; give --stage, set RECEIPTS_LOG_BUCKET, or start lapse dev here',
  )
}

/** The log of a place that is known. */
export function openLogAt({
  document,
  ...place
}: Place & StageOption & Pick<FoundPlace, 'document'>): OpenLog {
  const { variables, dynamoDb, s3 } = place
  const settings = receiptsLogSettings(variables)
  const table = required(variables, 'LEDGER_TABLE')
  const { bucket, origin: prefix } = settings
  return {
    place,
    index: dynamoDbReceiptIndex(table, systemClock, dynamoDb),
    pending: dynamoDbPendingReceipts(table, systemClock, dynamoDb),
    bucket: s3LogBucket({ bucket, prefix, owner: document?.account }, s3),
    key: async () => (await logSigner(settings, secretsManager(place.secretsManager))).key,
  }
}
