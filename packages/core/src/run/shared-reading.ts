import type { Ory } from '../ory/index.ts'
import type { Clock } from '../ports/index.ts'

/** Reads something of a server as a whole, which many receipts tell. */
export type SharedReading<T> = (ory: Ory, clock: Clock) => Promise<T>

/**
 * Reads once for all that ask within a time, whatever comes of it: what changes rarely is not worth a
 * call for each event.
 * @param sharedMs for how long, in milliseconds
 */
export function sharedReading<T>(sharedMs: number, read: SharedReading<T>): SharedReading<T> {
  const latest = new WeakMap<Ory, { readonly at: number; readonly reading: Promise<T> }>()
  return (ory, clock) => {
    const shared = latest.get(ory)
    if (shared !== undefined && clock.now() - shared.at < sharedMs) return shared.reading

    const reading = read(ory, clock)
    latest.set(ory, { at: clock.now(), reading })
    return reading
  }
}
