import type { AppOffboarded } from '../../../events/index.ts'
import type { Context } from '../../../run/index.ts'
import type { SeenClient } from '../observation.ts'
import type { OffboardingServices } from '../services.ts'
import { secretMethodOf } from './credential.ts'
import {
  createdAtOf,
  isClosedBy,
  isOpen,
  isResetFor,
  readReset,
  watchOver,
  writeReset,
} from './row.ts'

type At = Context<OffboardingServices>

/**
 * Keeps the client as it is, once, before anything is done to it, and has the sweep watch until it is
 * there again. An earlier reset that is still open goes on with what that one has kept.
 */
export async function captureClient(
  event: AppOffboarded,
  { client, reset, credential }: SeenClient,
  { services, key }: At,
): Promise<void> {
  if (isClosedBy(reset, event)) return
  const { clientId, id, source, time } = event
  const stored = await readReset(clientId, services.resets)
  const by = { event: { id, source, time } }
  if (isOpen(reset)) {
    // Who goes on with it closes it, and does nothing of it again.
    if (!isResetFor(reset, event)) await writeReset({ ...reset, ...by }, stored, services)
    return services.followUps.schedule(watchOver(reset))
  }
  if (client === undefined) return

  const row = {
    ...by,
    clientId,
    key,
    client,
    createdAt: createdAtOf(client, reset) ?? time,
    openedAt: services.clock.now(),
    ...(credential && secretMethodOf(client) !== undefined && { credential }),
  }
  await writeReset(row, stored, services)
  await services.followUps.schedule(watchOver(row))
}

/** GET showed that the client is gone: whatever is there from now on was made afterwards. */
export async function rememberGone(
  { clientId }: Pick<AppOffboarded, 'clientId'>,
  services: Pick<OffboardingServices, 'resets' | 'clock'>,
): Promise<void> {
  const stored = await readReset(clientId, services.resets)
  if (stored === undefined || !isOpen(stored.row) || stored.row.goneAt !== undefined) return
  await writeReset({ ...stored.row, goneAt: services.clock.now() }, stored, services)
}

/**
 * A later event deletes the client for good: nobody makes it again. A client that a reset has made
 * again by then stays as old as it was until it is gone, however often its deletion is begun.
 */
export async function abandonReset(
  { clientId }: AppOffboarded,
  { client }: Pick<SeenClient, 'client'>,
  services: Pick<OffboardingServices, 'resets' | 'clock' | 'followUps'>,
): Promise<void> {
  const stored = await readReset(clientId, services.resets)
  if (stored === undefined) return
  if (isOpen(stored.row)) {
    const recreatedAt = client?.created_at
    const closed = { ...stored.row, closedAt: services.clock.now() }
    await writeReset({ ...closed, ...(recreatedAt && { recreatedAt }) }, stored, services)
  }
  await services.followUps.end(watchOver(stored.row), 'deleted')
}
