import { findClient, type Ory } from '../ory/index.ts'
import { isSuspended, suspended } from '../workflows/index.ts'
import type { Allowance } from './execute.ts'
import type { Look } from './inspection.ts'
import { lookAtWatched, type WatchServices } from './watched-clients.ts'

interface ClientServices extends WatchServices {
  readonly ory: Ory
}

/** Suspended clients that something has un-frozen, or deleted, without a `restore`. */
export async function unfrozenClients(
  services: ClientServices,
  { deadline, signal }: Allowance,
): Promise<Look> {
  const { ory } = services
  return lookAtWatched(suspended, (id) => stateOf(id, ory, signal), services, deadline)
}

async function stateOf(
  id: string,
  ory: Ory,
  signal: AbortSignal | undefined,
): Promise<'unfrozen' | 'gone' | undefined> {
  const client = await findClient(id, { ory, signal })
  if (client === undefined) return 'gone'
  return isSuspended(client) ? undefined : 'unfrozen'
}
