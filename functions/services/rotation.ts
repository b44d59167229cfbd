import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbFollowUps } from '@lapse/aws/follow-ups'
import { once } from '@lapse/aws/once'
import { secretVersions } from '@lapse/aws/secret-versions'
import { secretsManager } from '@lapse/aws/secrets-manager'
import type { LeaseRow } from '@lapse/core/leases'
import {
  type RotationReceiptRow,
  type RotationRow,
  type RotationServices,
  readRotationEntries,
} from '@lapse/core/rotation'
import { environment } from './environment.ts'
import { clock, log, metrics } from './observability.ts'
import { oryOf } from './ory.ts'
import { list, optional, required } from './settings.ts'

/** Everything that rotation needs. `ROTATED_SECRETS` is a JSON array of its entries. */
export const rotationServices: () => Promise<RotationServices> = once(async () => {
  const table = required(environment, 'LEDGER_TABLE')
  const publicUrl = required(environment, 'ORY_PUBLIC_URL').replace(/\/+$/, '')
  return {
    ory: oryOf(secretsManager()),
    secrets: secretVersions(),
    ledger: dynamoDbLedger<RotationRow>(table, clock),
    receipts: dynamoDbLedger<RotationReceiptRow>(table, clock),
    leases: dynamoDbLedger<LeaseRow>(table, clock),
    followUps: dynamoDbFollowUps(table, clock),
    clock,
    log,
    metrics,
    settings: {
      entries: readRotationEntries(required(environment, 'ROTATED_SECRETS')),
      protectedClientIds: list(environment, 'PROTECTED_CLIENT_IDS'),
      // Where Ory is reached under another name than its own, assertions are still meant for its own.
      tokenEndpoint: optional(environment, 'ORY_TOKEN_ENDPOINT') ?? `${publicUrl}/oauth2/token`,
    },
  }
})
