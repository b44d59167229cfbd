import { EventError } from '@lapse/core/errors'
import type { Unchecked } from './cloud-event.ts'
import { memberAt } from './payload.ts'

/**
 * Refuses what must not happen once more when somebody sends an old request again: only what is
 * final may be asked for, and a deletion has to say its time, so that it is known to be older than
 * a client that was made anew under the same id.
 *
 * @throws EventError `replayable`
 */
export function refuseReplayable({ type, data, saysItsTime }: Unchecked): void {
  if (type === 'user.deleted') return
  if (type !== 'app.offboarded' || memberAt(data, 'mode') !== 'delete')
    throw new EventError(
      'replayable: without a signed time only user.deleted is taken, and app.offboarded with mode delete',
    )
  if (!saysItsTime) throw new EventError('replayable: app.offboarded has to say its time')
}
