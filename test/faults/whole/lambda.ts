import { scheduledSweep } from '@lapse/aws/scheduled-sweep'
import { sqsBatch } from '@lapse/aws/sqs-batch'
import {
  parseAppOffboarded,
  parseKeyRotated,
  parseUserDeleted,
  parseUserSignedOut,
  parseUserSuspended,
} from '@lapse/core/events'
import type { Outbox } from '@lapse/core/ports'
import type { Services } from '@lapse/core/run'
import {
  type KeyRotatedServices,
  keyRotated,
  type OffboardingServices,
  offboarding,
  userDeleted,
  userSignedOut,
  userSuspended,
} from '@lapse/core/workflows'
import type { SQSEvent } from 'aws-lambda'
import { partsOfSweep } from '../../../functions/services/sweep-parts.ts'

export type AllServices = Services & OffboardingServices & KeyRotatedServices

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

const userSettings = { followUpAfterMs, accessTokenLifespanMs: hour }

export const queueNames = [
  'user-deleted',
  'user-suspended',
  'user-signed-out',
  'app-offboarded',
  'key-rotated',
] as const
export type QueueName = (typeof queueNames)[number]

/** The functions as they are deployed, around ports of their own. */
export function handlerOf(name: QueueName, services: AllServices, outbox: Outbox): BatchHandler {
  const { clock, log, metrics } = services
  const rest = { outbox, services: async () => services, clock, log, metrics }
  const options = { concurrency: 5 }
  switch (name) {
    case 'user-deleted':
      return sqsBatch(
        () => ({
          ...rest,
          parse: parseUserDeleted,
          workflow: () => userDeleted(userSettings),
        }),
        options,
      )
    case 'user-suspended':
      return sqsBatch(
        () => ({
          ...rest,
          parse: parseUserSuspended,
          workflow: () => userSuspended(userSettings),
        }),
        options,
      )
    case 'user-signed-out':
      return sqsBatch(
        () => ({
          ...rest,
          parse: parseUserSignedOut,
          workflow: () => userSignedOut(userSettings),
        }),
        options,
      )
    case 'app-offboarded':
      return sqsBatch(
        () => ({
          ...rest,
          parse: parseAppOffboarded,
          workflow: (event) => offboarding(event, settings),
        }),
        options,
      )
    case 'key-rotated':
      return sqsBatch(
        () => ({
          ...rest,
          parse: parseKeyRotated,
          workflow: () => keyRotated(settings),
        }),
        options,
      )
  }
}

export function sweepHandler(services: AllServices) {
  return scheduledSweep(async () => partsOfSweep({ services, rotation: undefined, keys: settings }))
}
