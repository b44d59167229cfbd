import { parseUserDeleted } from '@lapse/core/events'
import type { Ory } from '@lapse/core/ory'
import { userDeleted } from '@lapse/core/workflows'
import { world } from './world.ts'

/** A world in which users are deleted. */
export function deletionWorld(ory: Ory) {
  const settings = { followUpAfterMs: 31 * 60_000, accessTokenLifespanMs: 60 * 60_000 }
  return world({ ory, parse: parseUserDeleted, workflow: () => userDeleted(settings) })
}
