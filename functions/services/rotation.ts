import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbFollowUps } from '@lapse/aws/follow-ups'
import { once } from '@lapse/aws/once'
import { dynamoDbPendingReceipts } from '@lapse/aws/pending-receipts'
import { secretVersions } from '@lapse/aws/secret-versions'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { rotationSettings } from '@lapse/aws/settings/rotation'
import { required } from '@lapse/aws/settings/texts'
import type { LeaseRow } from '@lapse/core/leases'
import type { Ory } from '@lapse/core/ory'
import type {
  EndpointRow,
  RotationReceiptRow,
  RotationRow,
  RotationServices,
} from '@lapse/core/rotation'
import { compareClock, ledgerDb } from './dynamo-db.ts'
import { environment } from './environment.ts'
import { clock, log, metrics } from './observability.ts'
import { oryOf } from './ory.ts'

/** A step of a rotation is nobody's message: it may wait for longer. */
const rotation = { lane: 'deletion', event: 'rotation', patienceMs: 30_000 } as const

/** Everything that rotation needs. */
export const rotationServices: () => Promise<RotationServices> = once(async () => {
  const { ory } = oryOf(secretsManager(), required(environment, 'LEDGER_TABLE'), rotation)
  await compareClock()
  return rotationServicesOf(ory)
})

/** The same for somebody who calls Ory already. */
export function rotationServicesOf(ory: Ory): RotationServices {
  const table = required(environment, 'LEDGER_TABLE')
  return {
    ory,
    secrets: secretVersions(),
    ledger: dynamoDbLedger<RotationRow>(table, clock, ledgerDb),
    receipts: dynamoDbLedger<RotationReceiptRow>(table, clock, ledgerDb),
    endpoints: dynamoDbLedger<EndpointRow>(table, clock, ledgerDb),
    leases: dynamoDbLedger<LeaseRow>(table, clock, ledgerDb),
    followUps: dynamoDbFollowUps(table, clock, ledgerDb),
    pendingReceipts: dynamoDbPendingReceipts(table, clock, ledgerDb),
    clock,
    log,
    metrics,
    settings: rotationSettings(environment),
  }
}
