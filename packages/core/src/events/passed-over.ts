import { unwrap } from './unwrap.ts'

/** Live events of Ory Network that say nothing lapse acts on, and are no mistake of anybody's. */
const passedOver: ReadonlySet<unknown> = new Set(['ory.IdentityUpdated'])

/**
 * Whom a message is from that is acknowledged and counted, and nothing more; `undefined` where it
 * has to be read.
 * @throws EventError where there is no event in it
 */
export function passedOverSource(body: string): 'ory' | undefined {
  return passedOver.has(unwrap(body)['type']) ? 'ory' : undefined
}
