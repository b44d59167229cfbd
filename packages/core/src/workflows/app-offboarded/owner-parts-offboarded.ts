import { RefusedError } from '../../errors.ts'
import type { OwnerOffboarded } from '../../events/index.ts'
import { rememberRemoval } from '../../issuers/index.ts'
import { refuseProtected } from '../../protection/index.ts'
import type { Counts, Reading, Workflow } from '../../run/index.ts'
import { olderThanLedger, refusalsOfEvent, refuse } from './guard.ts'
import { type OtherParts, observeParts } from './observation.ts'
import { type OwnedSecrets, ownedSecrets } from './owned-secrets.ts'
import {
  countTrust,
  measureTrust,
  nonZero,
  notesOnTrust,
  passing,
  requireAllRead,
} from './parts.ts'
import { clientIdIn } from './secret-tag.ts'
import type { OffboardingServices } from './services.ts'
import type { OffboardingSettings } from './settings.ts'
import { deleteIssuers, deleteSecrets } from './steps.ts'

/** What an owner's event names besides clients. */
export interface OwnerParts extends Pick<OtherParts, 'issuers' | 'unread'>, OwnedSecrets {}

/**
 * What an owner had beside clients goes: trusted issuers, and the secrets of its clients. A secret
 * that belongs to none of them is left alone, and everything else is done before a person is asked.
 */
export function ownerPartsOffboarded(
  settings: OffboardingSettings,
): Workflow<OwnerOffboarded, OwnerParts, OffboardingServices> {
  return {
    name: 'app-offboarded',
    preconditions: [],
    about: ({ owner }) => ({ owner }),
    leases: ({ issuers }) => issuers.map((id) => ({ kind: 'issuer', id })),
    observe: (event, reading) => observe(event, reading, settings),
    guard: (event, { own, newer, foreign }, now) => {
      const { owner, issuers } = event
      const clientIds = [...own, ...newer, ...foreign].map(clientIdIn)
      refuseProtected({ clientIds, owners: [owner], issuers }, settings)
      refuse([...refusalsOfEvent, olderThanLedger], { event, now })
    },
    remember: async (event, _seen, { services }) => {
      for (const issuer of event.issuers) await rememberRemoval(issuer, event, services)
    },
    count: (_event, parts) => countParts(parts),
    plan: (_event, { issuers, own }) => [
      deleteIssuers(issuers),
      ...deleteSecrets(own, settings.secretRecoveryDays),
    ],
    unread: ({ unread }) => passing(unread),
    verify: (_event, parts) => {
      const { trusted_issuers = 0, secrets = 0 } = countParts(parts)
      return nonZero({ 'trusted issuers': trusted_issuers, secrets })
    },
    guardReceipt: (_event, { foreign, unread }) => {
      requireAllRead(unread)
      if (foreign.length > 0) throw new RefusedError('secret-of-no-client')
    },
    survivors: async () => [],
    notes: (_event, _row, parts) => [...notesOnTrust(parts.issuers), ...notesOnSecrets(parts)],
    measure: measureTrust,
  }
}

async function observe(
  event: OwnerOffboarded,
  reading: Reading<OffboardingServices>,
  settings: OffboardingSettings,
): Promise<OwnerParts> {
  const { issuers, secrets, unread } = await observeParts(event, reading, settings)
  return { issuers, unread, ...(await ownedSecrets(secrets, event, reading)) }
}

function countParts({ issuers, own, newer, foreign }: OwnerParts): Counts {
  return {
    ...countTrust(issuers),
    secrets: own.length,
    secrets_left_alone: newer.length,
    secrets_of_no_client: foreign.length,
  }
}

function notesOnSecrets({ newer }: OwnerParts): readonly string[] {
  return newer.length > 0
    ? [`secrets of clients that are newer than the event, and were left alone: ${newer.length}`]
    : []
}
