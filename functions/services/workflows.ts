import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbFollowUps } from '@lapse/aws/follow-ups'
import { ledgerKeys } from '@lapse/aws/ledger-keys'
import { once } from '@lapse/aws/once'
import { dynamoDbPendingReceipts } from '@lapse/aws/pending-receipts'
import { secretVersions } from '@lapse/aws/secret-versions'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { required } from '@lapse/aws/settings/texts'
import type { TrustedKeyRow } from '@lapse/core/issuers'
import type { LeaseRow } from '@lapse/core/leases'
import type { RotationRow } from '@lapse/core/rotation'
import type { WorkflowRow } from '@lapse/core/run'
import type {
  KeyHistoryRow,
  KeyRotatedServices,
  NewestRow,
  OffboardingServices,
  ResetRow,
} from '@lapse/core/workflows'
import { ledgerDbForBatches as ledgerDb } from './dynamo-db.ts'
import { environment } from './environment.ts'
import { clock, log, metrics } from './observability.ts'
import { oryOf, type StandingCaller } from './ory.ts'

/** What belongs to no message, such as the survey that many receipts share, is in nobody's way. */
const shared = { lane: 'deletion', event: 'shared', patienceMs: 10_000 } as const

/** What the workflows need, all of them together. */
export type AllServices = OffboardingServices & KeyRotatedServices

/** Everything a workflow needs, made at the first message; a failure is forgotten. */
export const services: () => Promise<AllServices> = once(() => servicesOf(shared))

/** The same for somebody else who calls Ory besides. */
export async function servicesOf(caller: StandingCaller): Promise<AllServices> {
  const secrets = secretsManager()
  const table = required(environment, 'LEDGER_TABLE')
  return {
    ...oryOf(secrets, table, caller),
    ledger: dynamoDbLedger<WorkflowRow>(table, clock, ledgerDb),
    leases: dynamoDbLedger<LeaseRow>(table, clock, ledgerDb),
    newest: dynamoDbLedger<NewestRow>(table, clock, ledgerDb),
    resets: dynamoDbLedger<ResetRow>(table, clock, ledgerDb),
    rotations: dynamoDbLedger<RotationRow>(table, clock, ledgerDb),
    trustedKeys: dynamoDbLedger<TrustedKeyRow>(table, clock, ledgerDb),
    keyHistories: dynamoDbLedger<KeyHistoryRow>(table, clock, ledgerDb),
    followUps: dynamoDbFollowUps(table, clock, ledgerDb),
    pendingReceipts: dynamoDbPendingReceipts(table, clock, ledgerDb),
    secrets: secretVersions(),
    ...(await ledgerKeys(required(environment, 'LEDGER_KEY_SECRET_ID'), secrets)),
    clock,
    log,
    metrics,
  }
}
