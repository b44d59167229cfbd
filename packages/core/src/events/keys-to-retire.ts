import * as v from 'valibot'
import { check } from './check.ts'
import { publicJwk } from './public-jwk.ts'

const text = v.pipe(v.string(), v.minLength(1))

const keysToRetire = v.object({
  /** The `key.rotated` that asked for it, as the ledger knows it. */
  event: v.object({ key: text, id: text, source: text, time: text }),
  issuer: text,
  /** The pseudonym of the event's subject; absent: it was for any. */
  subject: v.optional(text),
  /** The key that takes their place. */
  jwk: publicJwk,
  /** `others`: every older one of the event's subject, where they are too many to be named. */
  kids: v.union([v.pipe(v.array(text), v.minLength(1)), v.literal('others')]),
  /** Ory's ids of the event's own grants, on the new key and on these; those before 2026-12 have none. */
  grant_ids: v.optional(v.array(text)),
  siblings: v.picklist(['refuse', 'follow']),
})

/** What a follow-up of kind `retire-keys` holds: no subject, and no secret. */
export type KeysToRetire = v.InferOutput<typeof keysToRetire>

/** Reads what the ledger kept. @throws EventError where it is something else */
export function parseKeysToRetire(data: unknown): KeysToRetire {
  return check(keysToRetire, data, 'data')
}
