import type { AppOffboarded } from '../../events/index.ts'
import { longestAccessTokenLifespanMs } from '../../ory/index.ts'
import type { Metrics } from '../../ports/index.ts'
import type { Counts, Receipt, Workflow } from '../../run/index.ts'
import { guardApp, isOwnSecret } from './guard.ts'
import { isNewest, rememberNewest } from './newest-event.ts'
import { type AppParts, observeApp } from './observation.ts'
import type { OffboardingServices } from './services.ts'
import type { OffboardingSettings } from './settings.ts'
import { offboardingSteps } from './steps.ts'
import { offboardingNotes, survivorsOfApp } from './survivors.ts'
import { isFrozen, isMarked, isSuspended } from './suspension.ts'
import { unwatchSuspended, watchSuspended } from './suspension-watch.ts'

/** An offboarded app is granted nothing any more: for ever, or until it is restored. */
export function appOffboarded(
  settings: OffboardingSettings,
): Workflow<AppOffboarded, AppParts, OffboardingServices> {
  return {
    name: 'app-offboarded',
    preconditions: [],
    about: ({ clientId }) => ({ client_id: clientId }),
    leases: ({ clientId }) => [{ kind: 'client', id: clientId }],
    supersededBy: async ({ clientId, time }, { services }) =>
      (await isNewest(clientId, time, services)) ? undefined : { id: '', source: '', time: '' },
    observe: observeApp,
    guard: async (event, parts, { services }) => {
      guardApp(event, parts, settings)
      await rememberNewest(event.clientId, event.time, services)
    },
    count: countParts,
    plan: (event, parts) => offboardingSteps(event, parts, settings),
    verify: whatIsLeft,
    afterwards: async ({ mode, clientId }, _parts, { services: { followUps }, key }) =>
      mode === 'suspend'
        ? watchSuspended(followUps, clientId, key)
        : unwatchSuspended(followUps, clientId, mode),
    survivors: async ({ mode }, observations, _reading, { now }) =>
      survivorsOfApp(mode, observations, settings.accessTokenLifespanMs, now),
    notes: ({ mode }, row) => offboardingNotes(mode, row),
    measure,
  }
}

function countParts(event: AppOffboarded, { client, issuers, secrets }: AppParts): Counts {
  return {
    clients: client === undefined ? 0 : 1,
    suspended_clients: client !== undefined && isSuspended(client) ? 1 : 0,
    trusted_issuers: issuers.length,
    secrets: secrets.filter((secret) => isOwnSecret(event, secret)).length,
    longest_lifespan_override_ms: (client && longestAccessTokenLifespanMs(client)) ?? 0,
  }
}

/** By mode: what there must not be any more. */
const remains: Readonly<
  Record<AppOffboarded['mode'], (event: AppOffboarded, parts: AppParts) => Counts>
> = {
  delete: (event, { client, issuers, secrets }) => ({
    clients: client === undefined ? 0 : 1,
    'trusted issuers': issuers.length,
    secrets: secrets.filter((secret) => isOwnSecret(event, secret)).length,
  }),
  suspend: (_event, { client }) => ({
    'clients that can be granted something': client !== undefined && !isSuspended(client) ? 1 : 0,
  }),
  restore: (_event, { client }) => ({
    'suspended clients': client !== undefined && (isFrozen(client) || isMarked(client)) ? 1 : 0,
  }),
}

function whatIsLeft(event: AppOffboarded, parts: AppParts): Counts {
  const left = Object.entries(remains[event.mode](event, parts))
  return Object.fromEntries(left.filter(([, count]) => count > 0))
}

function measure(_receipt: Receipt, metrics: Metrics): void {
  metrics.count('AppsProcessed', 1)
}
