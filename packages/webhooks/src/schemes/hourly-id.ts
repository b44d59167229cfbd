import { digestOf } from './digest.ts'
import type { Proof, SignedRequest } from './scheme.ts'

/**
 * What a request proves that says neither its id nor its time: the same body within an hour (UTC)
 * is the same event, and whatever comes later is a new one.
 */
export function provenByContent({ source, body, now }: SignedRequest): Proof {
  const hour = new Date(now).toISOString().slice(0, 13)
  return { id: digestOf([source, hour], body), at: now }
}
