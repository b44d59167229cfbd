import { EventError } from '@lapse/core/errors'
import { longestAheadMs } from '@lapse/core/events'
import type { Unchecked } from './cloud-event.ts'
import { memberAt } from './payload.ts'

/**
 * Refuses what must not happen once more when somebody sends an old request again: of an app only
 * what is final may be asked for, whereas a user at worst has to sign in once more; and a deletion has to say its time, so that it is known to be older than
 * a client that was made anew under the same id.
 *
 * @param now milliseconds since the epoch
 * @throws EventError `replayable`
 */
export function refuseReplayable({ type, data, statedTime }: Unchecked, now: number): void {
  if (type.startsWith('user.')) return
  if (type !== 'app.offboarded' || memberAt(data, 'mode') !== 'delete')
    throw new EventError(
      'replayable: without a signed time only events about a user are taken, and app.offboarded with mode delete',
    )
  // What is no time at all compares as later than nothing, and is not one that has come.
  const hasCome = typeof statedTime === 'string' && Date.parse(statedTime) <= now + longestAheadMs
  if (!hasCome)
    throw new EventError('replayable: app.offboarded has to say its time, which has to have come')
}
