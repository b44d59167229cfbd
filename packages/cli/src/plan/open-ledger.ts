import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbFollowUps } from '@lapse/aws/follow-ups'
import { ledgerKeys } from '@lapse/aws/ledger-keys'
import { dynamoDbPendingReceipts } from '@lapse/aws/pending-receipts'
import { secretVersions } from '@lapse/aws/secret-versions'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { required } from '@lapse/aws/settings/texts'
import type { Ory } from '@lapse/core/ory'
import { type Clock, type Ledger, systemClock } from '@lapse/core/ports'
import type { KeyRotatedServices, OffboardingServices, UserServices } from '@lapse/core/workflows'
import type { Place } from '../place.ts'
import { quietLog, quietMetrics } from '../quiet-ports.ts'

/** What the workflows need, all of them together. */
export type PlanServices = OffboardingServices & KeyRotatedServices & UserServices

/** The ledger of a place and what goes with it, to be read. @throws ConfigError naming what is missing */
export async function openLedger(
  place: Place,
  ory: Ory,
  clock: Clock = systemClock,
): Promise<PlanServices> {
  const { variables, dynamoDb } = place
  const table = required(variables, 'LEDGER_TABLE')
  const keyId = required(variables, 'LEDGER_KEY_SECRET_ID')
  const ledgerOf = <Row>() => readOnly(dynamoDbLedger<Row>(table, clock, dynamoDb))
  return {
    ory,
    ledger: ledgerOf(),
    leases: ledgerOf(),
    newest: ledgerOf(),
    resets: ledgerOf(),
    keptSubjects: ledgerOf(),
    rotations: ledgerOf(),
    trustedKeys: ledgerOf(),
    keyHistories: ledgerOf(),
    followUps: dynamoDbFollowUps(table, clock, dynamoDb),
    pendingReceipts: dynamoDbPendingReceipts(table, clock, dynamoDb),
    secrets: secretVersions(place.secretsManager),
    ...(await ledgerKeys(keyId, secretsManager(place.secretsManager))),
    clock,
    log: quietLog,
    metrics: quietMetrics,
  }
}

/** A plan that wrote would be a mistake of ours: it ends before anything is sent. */
function readOnly<Row>({ read }: Ledger<Row>): Ledger<Row> {
  return { read, write: () => Promise.reject(new Error('a plan writes nothing')) }
}
