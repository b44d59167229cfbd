import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbFollowUps } from '@lapse/aws/follow-ups'
import { secretVersions } from '@lapse/aws/secret-versions'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { storedApiKeys } from '@lapse/aws/stored-api-keys'
import { ConfigError } from '@lapse/core/errors'
import type { LeaseRow } from '@lapse/core/leases'
import { createOry, type Ory } from '@lapse/core/ory'
import { type Log, type Metrics, systemClock } from '@lapse/core/ports'
import {
  type RotationReceiptRow,
  type RotationRow,
  type RotationServices,
  readRotationEntries,
} from '@lapse/core/rotation'
import { UsageError } from '../errors.ts'
import { complain } from '../output/print.ts'
import type { Place } from './place.ts'

/** A person waits: a server that is not there is told within seconds. */
const patience = { timeoutMs: 30_000, attemptTimeoutMs: 10_000, retry: { maxAttempts: 3 } }

/** What rotation needs, with the settings of the functions. @throws UsageError naming the one at fault */
export function openRotation(place: Place): RotationServices {
  try {
    return servicesAt(place)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const problem = error.message
      .replaceAll('adminUrl', 'ORY_ADMIN_URL')
      .replaceAll('publicUrl', 'ORY_PUBLIC_URL')
      .replace(/^rotated secrets/, 'ROTATED_SECRETS')
    throw new UsageError(problem, { cause: error })
  }
}

function servicesAt(place: Place): RotationServices {
  const { variables, dynamoDb } = place
  const clock = systemClock
  const table = required(place, 'LEDGER_TABLE')
  const publicUrl = required(place, 'ORY_PUBLIC_URL').replace(/\/+$/, '')
  return {
    ory: oryAt(place, publicUrl),
    secrets: secretVersions(place.secretsManager),
    ledger: dynamoDbLedger<RotationRow>(table, clock, dynamoDb),
    receipts: dynamoDbLedger<RotationReceiptRow>(table, clock, dynamoDb),
    leases: dynamoDbLedger<LeaseRow>(table, clock, dynamoDb),
    followUps: dynamoDbFollowUps(table, clock, dynamoDb),
    clock,
    log,
    metrics,
    settings: {
      entries: readRotationEntries(required(place, 'ROTATED_SECRETS')),
      protectedClientIds: (variables['PROTECTED_CLIENT_IDS'] ?? '').split(/[\s,]+/).filter(Boolean),
      tokenEndpoint: variables['ORY_TOKEN_ENDPOINT'] || `${publicUrl}/oauth2/token`,
    },
  }
}

function oryAt(place: Place, publicUrl: string): Ory {
  const secretId = place.variables['ORY_API_KEY_SECRET_ID']
  const secrets = secretsManager(place.secretsManager)
  return createOry({
    adminUrl: required(place, 'ORY_ADMIN_URL'),
    publicUrl,
    apiKey: secretId ? storedApiKeys({ secretId, secrets, clock: systemClock, log }) : undefined,
    ...patience,
  })
}

function required({ variables }: Place, name: string): string {
  const value = variables[name]
  if (!value) throw new UsageError(`${name} is missing; set it as for the functions`)
  return value
}

/** What went well is told by the command itself. */
const log: Log = {
  info: () => undefined,
  warn: complain,
  error: complain,
}

/** A person counts nothing. */
const metrics: Metrics = {
  count: () => undefined,
  countOf: () => undefined,
  eventAge: () => undefined,
  waiting: () => undefined,
  flush: () => undefined,
}
