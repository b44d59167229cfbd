import type { FollowUps } from '../ports/index.ts'

/** Kinds of follow-ups that are watches: the sweep looks whether something is as it should be. */
export const expectedPass = 'expected-pass'
export const suspended = 'suspended-client'

/** A follow-up pass that has no receipt an hour after it was due is late. */
const graceMs = 60 * 60_000

/** No watch of this kind falls due by itself: it is ended by a restore or a deletion. */
const never = Date.parse('9999-12-31T00:00:00Z')

/** Has the sweep look for the receipt of a follow-up pass. */
export function expectPass(
  followUps: FollowUps,
  pass: { readonly workflow: string; readonly event: string; readonly notBefore: number },
): Promise<void> {
  const { workflow, event, notBefore } = pass
  return followUps.schedule({
    id: `${expectedPass} ${workflow} ${event}`,
    kind: expectedPass,
    dueAt: notBefore + graceMs,
    data: { workflow, event, pass: 'follow-up' },
  })
}

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
