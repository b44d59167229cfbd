import type { FollowUp } from '../../ports/index.ts'

/** No watch over a client falls due by itself: it is ended by whoever ends what it is about. */
const never = Date.parse('9999-12-31T00:00:00Z')

/** A watch of a kind over a client, since the event with this key: one, however often it is scheduled. */
export function clientWatch(kind: string, key: string, clientId: string): FollowUp {
  return {
    id: `${kind} ${key}`,
    kind,
    dueAt: never,
    about: clientId,
    data: { client_id: clientId },
  }
}
