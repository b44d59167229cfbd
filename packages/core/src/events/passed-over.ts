import { identityUpdated, isDeactivation } from './deactivation.ts'
import { unwrap } from './unwrap.ts'

/**
 * Whom a message on the queue of `user.deleted` is from that is acknowledged and counted, and nothing
 * more: a live event of Ory Network that says no deletion, and is no mistake of anybody's.
 * `undefined` where it has to be read.
 * @throws EventError where there is no event in it
 */
export function passedOverSource(body: string): 'ory' | undefined {
  return unwrap(body)['type'] === identityUpdated ? 'ory' : undefined
}

/**
 * The same on the queue of `user.suspended`: an identity that was updated, and is as active as before.
 * @throws EventError where there is no event in it
 */
export function passedOverUpdate(body: string): 'ory' | undefined {
  const event = unwrap(body)
  return event['type'] === identityUpdated && !isDeactivation(event) ? 'ory' : undefined
}
