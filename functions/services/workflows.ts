import { inBatches } from '@lapse/aws/dynamodb-batches'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbFollowUps } from '@lapse/aws/follow-ups'
import { ledgerKeys } from '@lapse/aws/ledger-keys'
import { once } from '@lapse/aws/once'
import { dynamoDbPendingReceipts } from '@lapse/aws/pending-receipts'
import { secretVersions } from '@lapse/aws/secret-versions'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { secretsManagerAccess } from '@lapse/aws/settings/clients'
import { required } from '@lapse/aws/settings/texts'
import type { TrustedKeyRow } from '@lapse/core/issuers'
import { type LeaseRow, turns } from '@lapse/core/leases'
import type { RotationRow } from '@lapse/core/rotation'
import type { WorkflowRow } from '@lapse/core/run'
import type {
  KeptSubjectsRow,
  KeyHistoryRow,
  KeyRotatedServices,
  NewestRow,
  OffboardingServices,
  ResetRow,
  UserServices,
} from '@lapse/core/workflows'
import { compareClock, ledgerDb } from './dynamo-db.ts'
import { environment } from './environment.ts'
import { clock, log, metrics } from './observability.ts'
import { oryOf, type StandingCaller } from './ory.ts'

/** What belongs to no message, such as the survey that many receipts share, is in nobody's way. */
const shared = { lane: 'deletion', event: 'shared', patienceMs: 10_000 } as const

/** What the workflows need, all of them together. */
export type AllServices = OffboardingServices & KeyRotatedServices & UserServices

/** Several messages are processed at a time: their reads and writes go together. */
const batchedDb = inBatches(ledgerDb)

/** Everything a workflow needs, made at the first message; a failure is forgotten. */
export const services: () => Promise<AllServices> = once(() => servicesOf(shared))

/** The same for somebody else who calls Ory besides. */
export async function servicesOf(caller: StandingCaller): Promise<AllServices> {
  const secrets = secretsManager(secretsManagerAccess(environment))
  const table = required(environment, 'LEDGER_TABLE')
  const ory = oryOf(secrets, table, caller)
  const keyId = required(environment, 'LEDGER_KEY_SECRET_ID')
  const [keys] = await Promise.all([ledgerKeys(keyId, secrets), compareClock()])
  return {
    ...ory,
    ledger: dynamoDbLedger<WorkflowRow>(table, clock, batchedDb),
    leases: dynamoDbLedger<LeaseRow>(table, clock, batchedDb),
    turns: turns(),
    newest: dynamoDbLedger<NewestRow>(table, clock, batchedDb),
    resets: dynamoDbLedger<ResetRow>(table, clock, batchedDb),
    keptSubjects: dynamoDbLedger<KeptSubjectsRow>(table, clock, batchedDb),
    rotations: dynamoDbLedger<RotationRow>(table, clock, batchedDb),
    trustedKeys: dynamoDbLedger<TrustedKeyRow>(table, clock, batchedDb),
    keyHistories: dynamoDbLedger<KeyHistoryRow>(table, clock, batchedDb),
    followUps: dynamoDbFollowUps(table, clock, batchedDb),
    pendingReceipts: dynamoDbPendingReceipts(table, clock, batchedDb),
    secrets: secretVersions(secretsManagerAccess(environment)),
    ...keys,
    clock,
    log,
    metrics,
  }
}
