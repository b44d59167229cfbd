import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbFollowUps } from '@lapse/aws/follow-ups'
import { once } from '@lapse/aws/once'
import { powertoolsLog, powertoolsMetrics } from '@lapse/aws/powertools'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { sqsBatch } from '@lapse/aws/sqs-batch'
import { sqsOutbox } from '@lapse/aws/sqs-outbox'
import { ConfigError } from '@lapse/core/errors'
import { defaultSubjectFields, type SubjectFields } from '@lapse/core/events'
import type { LeaseRow } from '@lapse/core/leases'
import { createOry } from '@lapse/core/ory'
import { type Outbox, type SecretStore, systemClock } from '@lapse/core/ports'
import type {
  KeyHistoryRow,
  KeyRotatedSettings,
  NewestRow,
  Services,
  TrustedKeyRow,
  UserDeletedSettings,
  Worker,
  WorkflowEvent,
  WorkflowRow,
} from '@lapse/core/workflows'
import { duration, type Environment, list, optional, required } from './config.ts'

/** The only place where the environment is read. */
const environment: Environment = process.env

const clock = systemClock
const log = powertoolsLog('lapse')
const metrics = powertoolsMetrics('lapse')

/** How many messages of a batch are worked on at the same time. */
const concurrency = 5

/** A key that was replaced in Secrets Manager is in use everywhere a minute later. */
const keyKept = { maxAgeMs: 60_000, now: clock.now }

/** Everything a workflow needs, made at the first message; a failure is forgotten. */
const services: () => Promise<Services> = once(async () => {
  const secrets = secretsManager()
  const table = required(environment, 'LEDGER_TABLE')
  const apiKeyId = optional(environment, 'ORY_API_KEY_SECRET_ID')
  return {
    ory: createOry({
      adminUrl: required(environment, 'ORY_ADMIN_URL'),
      ...(apiKeyId === undefined ? {} : { apiKey: once(() => secrets.get(apiKeyId), keyKept) }),
    }),
    ledger: dynamoDbLedger<WorkflowRow>(table, clock),
    leases: dynamoDbLedger<LeaseRow>(table, clock),
    newest: dynamoDbLedger<NewestRow>(table, clock),
    trustedKeys: dynamoDbLedger<TrustedKeyRow>(table, clock),
    keyHistories: dynamoDbLedger<KeyHistoryRow>(table, clock),
    followUps: dynamoDbFollowUps(table, clock),
    ledgerKey: await ledgerKey(secrets),
    clock,
    log,
    metrics,
  }
})

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
