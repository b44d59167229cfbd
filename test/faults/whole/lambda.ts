import { scheduledSweep } from '@lapse/aws/scheduled-sweep'
import { sqsBatch } from '@lapse/aws/sqs-batch'
import type { Worker } from '@lapse/core/delivery'
import {
  defaultSubjectFields,
  parseAppOffboarded,
  parseKeyRotated,
  parseUserDeleted,
  parseUserSignedOut,
  parseUserSuspended,
  type SubjectFields,
} from '@lapse/core/events'
import type { Outbox } from '@lapse/core/ports'
import type { Services, WorkflowEvent } from '@lapse/core/run'
import {
  forEachSubject,
  type KeyRotatedServices,
  keyRotated,
  type OffboardingServices,
  offboarding,
  type SuspensionSettings,
  type UserServices,
  userDeleted,
  userSignedOut,
  userSuspended,
} from '@lapse/core/workflows'
import type { SQSEvent } from 'aws-lambda'
import { concurrency } from '../../../functions/services/concurrency.ts'
import { partsOfSweep } from '../../../functions/services/sweep-parts.ts'

export type AllServices = Services & OffboardingServices & KeyRotatedServices & UserServices

/** The little of Lambda's context that counts. */
export interface Context {
  getRemainingTimeInMillis(): number
}

export type BatchHandler = (
  event: SQSEvent,
  context: Context,
) => Promise<{ readonly batchItemFailures: readonly unknown[] }>

const hour = 3_600_000

const settings = {
  protectedClientIds: ['console'],
  protectedOwners: ['platform'],
  protectedIssuers: ['https://protected.example'],
  accessTokenLifespanMs: hour,
  secretRecoveryDays: 30,
}

export const followUpAfterMs = 31 * 60_000

/** Publishers whose events are about several subjects each: those that they name, or that are looked up. */
export const severalSources = {
  named: 'https://several.example/named',
  lookedUp: 'https://several.example/looked-up',
} as const

/** Whose events are about whom, as `SUBJECT_TEMPLATES` says it. */
const fields: SubjectFields = {
  ...defaultSubjectFields,
  templates: {
    [severalSources.named]: ['{accounts}'],
    [severalSources.lookedUp]: [
      '{accounts}',
      { external_id: '{employee}' },
      { credentials_identifier: '{mail}' },
    ],
  },
}

/** What a deployment says of what users have besides OAuth2. */
export type AccountSettings = Pick<
  SuspensionSettings,
  'identitySessions' | 'apiKeys' | 'suspensionEndsApiKeys'
>

export const queueNames = [
  'user-deleted',
  'user-suspended',
  'user-signed-out',
  'app-offboarded',
  'key-rotated',
] as const
export type QueueName = (typeof queueNames)[number]

/** In what functions differ. */
type Work<Event extends WorkflowEvent, Observation> = Pick<
  Worker<Event, Observation, AllServices>,
  'parse' | 'parseDerived' | 'workflow'
>

/** The functions as they are deployed, around ports of their own. */
export function handlerOf(
  name: QueueName,
  services: AllServices,
  outbox: Outbox,
  accounts: AccountSettings = {},
): BatchHandler {
  const userSettings = { followUpAfterMs, accessTokenLifespanMs: hour, ...accounts }
  const { clock, log, metrics } = services
  const rest = { outbox, services: async () => services, clock, log, metrics }
  const handler = <Event extends WorkflowEvent, Observation>(work: Work<Event, Observation>) =>
    sqsBatch(() => ({ ...rest, ...work }), { concurrency })
  switch (name) {
    case 'user-deleted':
      return handler({
        parse: (body) => parseUserDeleted(body, fields),
        parseDerived: (body) => parseUserDeleted(body),
        workflow: (event) => forEachSubject(event, userDeleted(userSettings)),
      })
    case 'user-suspended':
      return handler({
        parse: (body) => parseUserSuspended(body, fields),
        parseDerived: (body) => parseUserSuspended(body),
        workflow: (event) => forEachSubject(event, userSuspended(userSettings)),
      })
    case 'user-signed-out':
      return handler({
        parse: (body) => parseUserSignedOut(body, fields),
        parseDerived: (body) => parseUserSignedOut(body),
        workflow: (event) => forEachSubject(event, userSignedOut(userSettings)),
      })
    case 'app-offboarded':
      return handler({
        parse: parseAppOffboarded,
        workflow: (event) => offboarding(event, settings),
      })
    case 'key-rotated':
      return handler({ parse: parseKeyRotated, workflow: () => keyRotated(settings) })
  }
}

export function sweepHandler(services: AllServices) {
  return scheduledSweep(async () => partsOfSweep({ services, rotation: undefined, keys: settings }))
}
