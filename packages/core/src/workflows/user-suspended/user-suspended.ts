import type { UserSuspended } from '../../events/index.ts'
import type { Counts, Workflow } from '../../run/index.ts'
import { type UserGrants, type UserSettings, userWorkflow } from '../users/index.ts'

/** What the deployment knows of its Ory server, and of suspensions. */
export interface SuspensionSettings extends UserSettings {
  /** Whether API keys end with a suspension, which nobody can undo; no where nothing is said. */
  readonly suspensionEndsApiKeys?: boolean
}

/**
 * A suspended user keeps no login session, no consent session, and no token issued on a consent.
 * Once they may sign in again they begin anew: nothing that has ended comes back.
 */
export function userSuspended({
  suspensionEndsApiKeys = false,
  ...settings
}: SuspensionSettings): Workflow<UserSuspended, UserGrants> {
  return userWorkflow(
    {
      name: 'user-suspended',
      preconditions: ['the identity provider refuses this user for as long as they are suspended'],
      again: true,
      endsApiKeys: suspensionEndsApiKeys,
      inFlight: 'a login begun before the identity provider refused the user can still be finished',
      isLeft: () => true,
      notes: endedAsWell,
      notesOfNewerKeys: keysEndedAsWell,
    },
    settings,
  )
}

/** Whoever was let in again between the event and its pass has to sign in once more. */
function endedAsWell({ grants_newer_than_event: newer = 0 }: Counts): readonly string[] {
  return newer === 0
    ? []
    : [
        `ended as well: ${newer} consent sessions newer than the event; a user who may sign in again has to do so once more`,
      ]
}

/** What was made in that time may be the user's own, or of whoever had their session: nobody can tell. */
function keysEndedAsWell(count: number): readonly string[] {
  return count === 0
    ? []
    : [
        `ended as well: ${count} API keys newer than the event, which cannot be had back; a user who may sign in again needs new ones`,
      ]
}
