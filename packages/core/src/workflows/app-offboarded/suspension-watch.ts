import type { FollowUps } from '../../ports/index.ts'
import { clientWatch } from './client-watch.ts'

/** The kind of follow-up that is a watch: the sweep looks whether a suspended client still is. */
export const suspended = 'suspended-client'

/** Has the sweep watch that a client stays suspended, since the event with this key. */
export function watchSuspended(followUps: FollowUps, clientId: string, key: string): Promise<void> {
  return followUps.schedule(clientWatch(suspended, key, clientId))
}

/** Ends every watch over a client: it was restored, or is gone. */
export async function unwatchSuspended(
  followUps: FollowUps,
  clientId: string,
  outcome: string,
): Promise<void> {
  for await (const followUp of followUps.open(suspended, clientId))
    if (followUp.data['client_id'] === clientId) await followUps.end(followUp, outcome)
}
