import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbFollowUps } from '@lapse/aws/follow-ups'
import { once } from '@lapse/aws/once'
import { secretVersions } from '@lapse/aws/secret-versions'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { ConfigError } from '@lapse/core/errors'
import type { TrustedKeyRow } from '@lapse/core/issuers'
import type { LeaseRow } from '@lapse/core/leases'
import type { SecretStore } from '@lapse/core/ports'
import type { WorkflowRow } from '@lapse/core/run'
import type {
  KeyHistoryRow,
  KeyRotatedServices,
  NewestRow,
  OffboardingServices,
} from '@lapse/core/workflows'
import { environment } from './environment.ts'
import { clock, log, metrics } from './observability.ts'
import { oryOf } from './ory.ts'
import { required } from './settings.ts'

/** What the workflows need, all of them together. */
export type AllServices = OffboardingServices & KeyRotatedServices

/** Everything a workflow needs, made at the first message; a failure is forgotten. */
export const services: () => Promise<AllServices> = once(async () => {
  const secrets = secretsManager()
  const table = required(environment, 'LEDGER_TABLE')
  return {
    ory: oryOf(secrets),
    ledger: dynamoDbLedger<WorkflowRow>(table, clock),
    leases: dynamoDbLedger<LeaseRow>(table, clock),
    newest: dynamoDbLedger<NewestRow>(table, clock),
    trustedKeys: dynamoDbLedger<TrustedKeyRow>(table, clock),
    keyHistories: dynamoDbLedger<KeyHistoryRow>(table, clock),
    followUps: dynamoDbFollowUps(table, clock),
    secrets: secretVersions(),
    ledgerKey: await ledgerKey(secrets),
    clock,
    log,
    metrics,
  }
})

/** 32 random bytes in base64: every pseudonym and idempotency key hangs on them. */
async function ledgerKey(secrets: SecretStore): Promise<Uint8Array> {
  const secretId = required(environment, 'LEDGER_KEY_SECRET_ID')
  const key = Buffer.from(await secrets.get(secretId), 'base64')
  if (key.length < 32) throw new ConfigError(`${secretId} must hold 32 random bytes in base64`)
  return key
}
