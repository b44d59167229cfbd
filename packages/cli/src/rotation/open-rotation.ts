import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbFollowUps } from '@lapse/aws/follow-ups'
import { dynamoDbPendingReceipts } from '@lapse/aws/pending-receipts'
import { secretVersions } from '@lapse/aws/secret-versions'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { orySettings } from '@lapse/aws/settings/ory'
import { rotationSettings } from '@lapse/aws/settings/rotation'
import { required } from '@lapse/aws/settings/texts'
import { storedApiKeys } from '@lapse/aws/stored-api-keys'
import { ConfigError } from '@lapse/core/errors'
import type { LeaseRow } from '@lapse/core/leases'
import { createOry, type Ory } from '@lapse/core/ory'
import { type Clock, systemClock } from '@lapse/core/ports'
import type {
  EndpointRow,
  RotationReceiptRow,
  RotationRow,
  RotationServices,
} from '@lapse/core/rotation'
import { UsageError } from '../errors.ts'
import type { Place } from '../place.ts'
import { quietLog as log, quietMetrics as metrics } from '../quiet-ports.ts'

/** A person waits: a server that is not there is told within seconds. */
const patience = { timeoutMs: 30_000, attemptTimeoutMs: 10_000, retry: { maxAttempts: 3 } }

/** What rotation needs, with the settings of the functions. @throws UsageError naming the one at fault */
export function openRotation(place: Place, clock: Clock = systemClock): RotationServices {
  try {
    return servicesAt(place, clock)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const problem = error.message
      .replaceAll('adminUrl', 'ORY_ADMIN_URL')
      .replaceAll('publicUrl', 'ORY_PUBLIC_URL')
      .replace(/^rotated secrets/, 'ROTATED_SECRETS')
    throw new UsageError(problem, { cause: error })
  }
}

function servicesAt(place: Place, clock: Clock): RotationServices {
  const { variables, dynamoDb } = place
  const table = required(variables, 'LEDGER_TABLE')
  return {
    ory: oryAt(place),
    secrets: secretVersions(place.secretsManager),
    ledger: dynamoDbLedger<RotationRow>(table, clock, dynamoDb),
    receipts: dynamoDbLedger<RotationReceiptRow>(table, clock, dynamoDb),
    endpoints: dynamoDbLedger<EndpointRow>(table, clock, dynamoDb),
    leases: dynamoDbLedger<LeaseRow>(table, clock, dynamoDb),
    followUps: dynamoDbFollowUps(table, clock, dynamoDb),
    pendingReceipts: dynamoDbPendingReceipts(table, clock, dynamoDb),
    clock,
    log,
    metrics,
    settings: rotationSettings(variables),
  }
}

function oryAt(place: Place): Ory {
  const { adminUrl, publicUrl, apiKeySecretId: secretId } = orySettings(place.variables)
  const secrets = secretsManager(place.secretsManager)
  return createOry({
    adminUrl,
    publicUrl,
    apiKey: secretId ? storedApiKeys({ secretId, secrets, clock: systemClock, log }) : undefined,
    ...patience,
  })
}
