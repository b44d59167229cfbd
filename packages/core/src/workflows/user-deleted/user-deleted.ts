import type { UserDeleted } from '../../events/index.ts'
import type { Workflow } from '../../run/index.ts'
import { type UserGrants, type UserSettings, userWorkflow } from '../users/index.ts'

/** A deleted user keeps no login session, no consent session, and no token issued on a consent. */
export function userDeleted(settings: UserSettings): Workflow<UserDeleted, UserGrants> {
  return userWorkflow(
    {
      name: 'user-deleted',
      preconditions: ['the identity provider already refuses this user'],
      again: true,
      endsApiKeys: true,
      inFlight: 'a login begun before the identity provider refused the user can still be finished',
      isLeft: () => true,
      notes: () => [],
    },
    settings,
  )
}
