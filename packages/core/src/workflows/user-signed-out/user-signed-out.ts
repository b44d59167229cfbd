import type { UserSignedOut } from '../../events/index.ts'
import type { Counts, Workflow } from '../../run/index.ts'
import { isNewer, type UserGrants, type UserSettings, userWorkflow } from '../users/index.ts'

/**
 * A user who was signed out everywhere keeps no login session, no consent session, and no token
 * issued on a consent. They may sign in again at once: a second pass would end what they began anew,
 * so that there is none.
 *
 * An event that comes late ends newer grants as well, and says so: what no list shows can be ended
 * for the whole subject only, one more login costs little, and a sign-out that spared a stolen
 * session would be worse.
 */
export function userSignedOut(settings: UserSettings): Workflow<UserSignedOut, UserGrants> {
  return userWorkflow(
    {
      name: 'user-signed-out',
      preconditions:
        settings.identitySessions === true
          ? []
          : ['the identity provider has ended its own session of this user'],
      again: false,
      endsApiKeys: false,
      inFlight:
        'a login begun before the user was signed out can still be finished, and no second pass ends it',
      isLeft: (grant, event) => !isNewer(grant, event),
      notes: (before, after) => [...endedAsWell(before), ...signedInAgain(after)],
    },
    settings,
  )
}

function endedAsWell({ grants_newer_than_event: newer = 0 }: Counts): readonly string[] {
  return newer === 0
    ? []
    : [
        `ended as well: ${newer} consent sessions newer than the event; the user has to sign in once more`,
      ]
}

function signedInAgain({ grants_newer_than_event: newer = 0 }: Counts): readonly string[] {
  return newer === 0
    ? []
    : [`there afterwards: ${newer} consent sessions newer than the event, which nobody ends`]
}
