import type { AppOffboarded } from '../../events/index.ts'
import { rememberRemoval } from '../../issuers/index.ts'
import { longestAccessTokenLifespanMs, type OAuth2Client } from '../../ory/index.ts'
import { refuseProtected } from '../../protection/index.ts'
import type { Counts, Phase, Workflow } from '../../run/index.ts'
import { guardApp, touchedBy } from './guard.ts'
import { notesOnMetadataDocuments } from './metadata-documents.ts'
import { newerThan, rememberNewest } from './newest-event.ts'
import { type AppParts, observeApp, observeClient, type SeenClient } from './observation.ts'
import {
  countTrust,
  measureTrust,
  nonZero,
  notesOnTrust,
  passing,
  requireAllRead,
} from './parts.ts'
import { abandonReset, captureClient, rememberGone } from './reset/capture.ts'
import { isOpen } from './reset/row.ts'
import { settleReset } from './reset/settle.ts'
import { foreignSecrets, ownSecrets } from './secret-tag.ts'
import type { OffboardingServices } from './services.ts'
import type { OffboardingSettings } from './settings.ts'
import { isToBeReset, openingSteps, remainingSteps, untilHandedOver } from './steps.ts'
import { notesOnSecrets, offboardingNotes, survivorsOfApp } from './survivors.ts'
import { isFrozen, isMarked, isSuspended } from './suspension.ts'
import { unwatchSuspended, watchSuspended } from './suspension-watch.ts'

/**
 * An offboarded app is granted nothing any more: for ever, or until it is restored. Its client is
 * seen to first; what keeps its issuers or secrets from being read keeps no token alive.
 */
export function appOffboarded(
  settings: OffboardingSettings,
): Workflow<AppOffboarded, AppParts, OffboardingServices> {
  return {
    name: 'app-offboarded',
    preconditions: [],
    about: ({ clientId }) => ({ client_id: clientId }),
    leases: ({ issuers }) => issuers.map((id) => ({ kind: 'issuer', id })),
    supersededBy: (event, { services }) => newerThan(event, services),
    opening: openingOf(settings),
    observe: (event, reading) => observeApp(event, reading, settings),
    guard: (event, seen) => refuseProtected(touchedBy(event, seen), settings),
    remember: async (event, { client }, { services }) => {
      if (event.mode === 'reset' && client === undefined) await rememberGone(event, services)
      for (const issuer of event.issuers) await rememberRemoval(issuer, event, services)
    },
    count: countParts,
    plan: (event, parts) => remainingSteps(event, parts, settings),
    unread: ({ unread }) => passing(unread),
    verify: whatIsLeft,
    afterwards: async ({ mode, clientId }, { client, reset }, context) => {
      const { key, services } = context
      const { followUps } = services
      if (client !== undefined && (mode === 'reset' || isOpen(reset)))
        await settleReset(client, context)
      if (mode === 'reset') return
      if (mode === 'suspend') await watchSuspended(followUps, clientId, key)
      else await unwatchSuspended(followUps, clientId, mode)
    },
    guardReceipt: (_event, { unread }) => requireAllRead(unread),
    survivors: async ({ mode }, observations, _reading, { now }) =>
      survivorsOfApp(mode, observations, settings.accessTokenLifespanMs, now),
    notes: async (event, row, { client, issuers, secrets }, reading) => [
      ...offboardingNotes(event, row, client),
      ...(await notesOnMetadataDocuments(event, reading)),
      ...notesOnTrust(issuers),
      ...notesOnSecrets(foreignSecrets(event, secrets)),
    ],
    measure: (receipt, metrics) => {
      metrics.count('AppsProcessed', 1)
      measureTrust(receipt, metrics)
    },
  }
}

function openingOf(
  settings: OffboardingSettings,
): Phase<AppOffboarded, unknown, OffboardingServices> {
  const opening: Phase<AppOffboarded, SeenClient, OffboardingServices> = {
    leases: ({ clientId }) => [{ kind: 'client', id: clientId }],
    observe: (event, reading) => observeClient(event, reading, settings),
    guard: (event, seen, now) => guardApp({ ...seen, event, settings, now }),
    remember: async (event, seen, context) => {
      await rememberNewest(event, context.services)
      if (event.mode === 'reset') await captureClient(event, seen, context)
      if (isAbandoned(event, seen)) await abandonReset(event, seen, context.services)
    },
    count: countClient,
    plan: openingSteps,
    thenAtOnce: untilHandedOver,
  }
  // A phase is only ever given what it has observed itself.
  return opening as unknown as Phase<AppOffboarded, unknown, OffboardingServices>
}

function countClient(event: AppOffboarded, seen: SeenClient): Counts {
  const { client } = seen
  return {
    ...(event.mode === 'reset' && { clients_to_reset: isToBeReset(event, seen) ? 1 : 0 }),
    ...(event.mode === 'reset' && { registered_keys: client === undefined ? 0 : keysOf(client) }),
    clients: client === undefined ? 0 : 1,
    suspended_clients: client !== undefined && isSuspended(client) ? 1 : 0,
    longest_lifespan_override_ms: (client && longestAccessTokenLifespanMs(client)) ?? 0,
  }
}

/** Whether a later event leaves nothing for a reset to do: the client goes, or nothing of it is gone. */
function isAbandoned({ mode }: AppOffboarded, { client, reset }: SeenClient): boolean {
  if (mode === 'reset' || reset === undefined) return false
  return mode === 'delete' || (isOpen(reset) && reset.goneAt === undefined && client !== undefined)
}

/** How many keys the client may authenticate by; those at its `jwks_uri` count as one. */
function keysOf({ jwks, jwks_uri }: OAuth2Client): number {
  return (jwks?.keys?.length ?? 0) + (jwks_uri ? 1 : 0)
}

function countParts(event: AppOffboarded, parts: AppParts): Counts {
  const { issuers, secrets } = parts
  return {
    ...countClient(event, parts),
    ...countTrust(issuers),
    secrets: ownSecrets(event, secrets).length,
    secrets_left_alone: foreignSecrets(event, secrets).length,
  }
}

/** By mode: what there must not be any more. */
const remains: Readonly<
  Record<AppOffboarded['mode'], (event: AppOffboarded, parts: AppParts) => Counts>
> = {
  delete: (event, parts) => {
    const { clients = 0, trusted_issuers = 0, secrets = 0 } = countParts(event, parts)
    return { clients, 'trusted issuers': trusted_issuers, secrets }
  },
  reset: (event, parts) => ({
    'clients with their grants': isToBeReset(event, parts) ? 1 : 0,
    'clients that are not there again': parts.client === undefined ? 1 : 0,
  }),
  suspend: (_event, { client }) => ({
    'clients that can be granted something': client !== undefined && !isSuspended(client) ? 1 : 0,
  }),
  restore: (_event, { client }) => ({
    'suspended clients': client !== undefined && (isFrozen(client) || isMarked(client)) ? 1 : 0,
  }),
}

function whatIsLeft(event: AppOffboarded, parts: AppParts): Counts {
  return nonZero(remains[event.mode](event, parts))
}
