import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { logSigner } from '@lapse/aws/log-signer'
import { once } from '@lapse/aws/once'
import { dynamoDbPendingReceipts } from '@lapse/aws/pending-receipts'
import { s3LogBucket } from '@lapse/aws/s3-log-bucket'
import type { Sealing } from '@lapse/aws/scheduled-seal'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { receiptsLogSettings } from '@lapse/aws/settings/receipts-log'
import { required } from '@lapse/aws/settings/texts'
import type { LogHead } from '@lapse/core/ports'
import { compareClock, ledgerDb } from './dynamo-db.ts'
import { environment } from './environment.ts'
import { clock, log, metrics } from './observability.ts'

/** Their names are in the head's row meanwhile, which DynamoDB takes up to 400 KB of. */
const batch = 1000

/** Everything that sealing needs, made at the first run; a failure is forgotten. */
export const sealing: () => Promise<Sealing> = once(async () => {
  const settings = receiptsLogSettings(environment)
  const table = required(environment, 'LEDGER_TABLE')
  const [signer] = await Promise.all([logSigner(settings, secretsManager()), compareClock()])
  return {
    pending: dynamoDbPendingReceipts(table, clock, ledgerDb),
    ledger: dynamoDbLedger<LogHead>(table, clock, ledgerDb),
    bucket: s3LogBucket({ bucket: settings.bucket, prefix: settings.origin }),
    ...signer,
    clock,
    batch,
    log,
    metrics,
  }
})
