import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbFollowUps } from '@lapse/aws/follow-ups'
import { once } from '@lapse/aws/once'
import { powertoolsLog, powertoolsMetrics } from '@lapse/aws/powertools'
import { secretRotation } from '@lapse/aws/secret-rotation'
import { secretVersions } from '@lapse/aws/secret-versions'
import { type RotatedSecretStore, secretsManager } from '@lapse/aws/secrets-manager'
import { sqsBatch } from '@lapse/aws/sqs-batch'
import { sqsOutbox } from '@lapse/aws/sqs-outbox'
import { storedApiKeys } from '@lapse/aws/stored-api-keys'
import { ConfigError } from '@lapse/core/errors'
import { defaultSubjectFields, type SubjectFields } from '@lapse/core/events'
import type { LeaseRow } from '@lapse/core/leases'
import { createOry, type Ory } from '@lapse/core/ory'
import { type Outbox, type SecretStore, systemClock } from '@lapse/core/ports'
import { type RotationRow, type RotationServices, readRotationEntries } from '@lapse/core/rotation'
import type {
  KeyHistoryRow,
  KeyRotatedSettings,
  NewestRow,
  OffboardingSettings,
  Services,
  TrustedKeyRow,
  UserDeletedSettings,
  Worker,
  WorkflowEvent,
  WorkflowRow,
} from '@lapse/core/workflows'
import { duration, type Environment, list, optional, required } from './config.ts'
import type { SweepServices } from './sweep-parts.ts'

/** The only place where the environment is read. */
const environment: Environment = process.env

const clock = systemClock
const log = powertoolsLog('lapse')
const metrics = powertoolsMetrics('lapse')

/** How many messages of a batch are worked on at the same time. */
const concurrency = 5

/** Everything a workflow needs, made at the first message; a failure is forgotten. */
const services: () => Promise<Services> = once(async () => {
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

function oryOf(secrets: RotatedSecretStore): Ory {
  const secretId = optional(environment, 'ORY_API_KEY_SECRET_ID')
  return createOry({
    adminUrl: required(environment, 'ORY_ADMIN_URL'),
    publicUrl: optional(environment, 'ORY_PUBLIC_URL'),
    apiKey: secretId && storedApiKeys({ secretId, secrets, clock, log }),
  })
}

/** Everything that rotation needs. `ROTATED_SECRETS` is a JSON array of its entries. */
export const rotationServices: () => Promise<RotationServices> = once(async () => {
  const table = required(environment, 'LEDGER_TABLE')
  const publicUrl = required(environment, 'ORY_PUBLIC_URL').replace(/\/+$/, '')
  return {
    ory: oryOf(secretsManager()),
    secrets: secretVersions(),
    ledger: dynamoDbLedger<RotationRow>(table, clock),
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

/** The Lambda handler that Secrets Manager rotates secrets with. */
export function rotatesSecrets() {
  return secretRotation(rotationServices)
}

/** What the sweep works with; secrets are looked at only where some are configured. */
export async function sweepServices(): Promise<SweepServices> {
  const rotates = optional(environment, 'ROTATED_SECRETS') !== undefined
  return {
    services: await services(),
    rotation: rotates ? await rotationServices() : undefined,
    keys: keyRotatedSettings(),
  }
}

/** What a function adds to all this: how its messages read, and what is done about them. */
type Work<Event extends WorkflowEvent, Observation> = Pick<
  Worker<Event, Observation>,
  'parse' | 'workflow' | 'redact'
>

/** The Lambda handler of the queue with this name. */
export function worksOff<Event extends WorkflowEvent, Observation>(
  stem: string,
  work: Work<Event, Observation>,
) {
  const worker = () => ({ ...work, outbox: outbox(stem), services, clock, log, metrics })
  return sqsBatch(worker, { concurrency })
}

/** The queue and its DLQ: those of `user-deleted` are in `USER_DELETED_QUEUE_URL` and `…_DLQ_URL`. */
function outbox(stem: string): Outbox {
  const name = stem.toUpperCase().replaceAll('-', '_')
  return sqsOutbox({
    queueUrl: required(environment, `${name}_QUEUE_URL`),
    dlqUrl: required(environment, `${name}_DLQ_URL`),
  })
}

export function subjectFields(): SubjectFields {
  const { userDeleted, identityDeleted } = defaultSubjectFields
  return {
    userDeleted: optional(environment, 'USER_DELETED_SUBJECT_FIELD') ?? userDeleted,
    identityDeleted: optional(environment, 'IDENTITY_DELETED_SUBJECT_FIELD') ?? identityDeleted,
  }
}

export function userDeletedSettings(): UserDeletedSettings {
  const loginConsentTtlMs = duration(environment, 'LOGIN_CONSENT_TTL', '30m')
  const marginMs = duration(environment, 'FOLLOW_UP_MARGIN', '1m')
  return {
    followUpAfterMs: loginConsentTtlMs + marginMs,
    accessTokenLifespanMs: duration(environment, 'ACCESS_TOKEN_LIFESPAN', '1h'),
  }
}

export function offboardingSettings(): OffboardingSettings {
  return {
    protectedClientIds: list(environment, 'PROTECTED_CLIENT_IDS'),
    protectedOwners: list(environment, 'PROTECTED_OWNERS'),
    protectedIssuers: list(environment, 'PROTECTED_ISSUERS'),
    accessTokenLifespanMs: duration(environment, 'ACCESS_TOKEN_LIFESPAN', '1h'),
    secretRecoveryDays: 30,
  }
}

/** Both the function that rotates keys and the sweep that retires them go by these. */
export function keyRotatedSettings(): KeyRotatedSettings {
  return {
    protectedIssuers: list(environment, 'PROTECTED_ISSUERS'),
    accessTokenLifespanMs: duration(environment, 'ACCESS_TOKEN_LIFESPAN', '1h'),
  }
}

/** 32 random bytes in base64: every pseudonym and idempotency key hangs on them. */
async function ledgerKey(secrets: SecretStore): Promise<Uint8Array> {
  const secretId = required(environment, 'LEDGER_KEY_SECRET_ID')
  const key = Buffer.from(await secrets.get(secretId), 'base64')
  if (key.length < 32) throw new ConfigError(`${secretId} must hold 32 random bytes in base64`)
  return key
}
