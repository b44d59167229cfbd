import type { FollowUps } from '../../ports/index.ts'

/** The kind of follow-up that is a watch: the sweep looks whether a suspended client still is. */
export const suspended = 'suspended-client'

/** No watch of this kind falls due by itself: it is ended by a restore or a deletion. */
const never = Date.parse('9999-12-31T00:00:00Z')

/** Has the sweep watch that a client stays suspended, since the event with this key. */
export function watchSuspended(followUps: FollowUps, clientId: string, key: string): Promise<void> {
  return followUps.schedule({
    id: `${suspended} ${key}`,
    kind: suspended,
    dueAt: never,
    about: clientId,
    data: { client_id: clientId },
  })
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
