import type { Clock, FollowUp, FollowUps } from '../ports/index.ts'
import { codeOf } from './failures.ts'
import { type Finding, type Look, lookOf, type Problem } from './inspection.ts'
import { timesUntil, whyNotAll, workInTime } from './time-boxed.ts'

/** Where watches are. */
export interface WatchServices {
  readonly followUps: FollowUps
  readonly clock: Clock
}

/**
 * Looks at every client that is watched, by the watches of one kind. One that cannot be looked at
 * hides no other; who has no time for all begins after the last one the next time.
 *
 * @param stateOf how a client stands that has to be told of; `undefined` for every other
 * @param deadline milliseconds since the epoch
 */
export async function lookAtWatched(
  kind: string,
  stateOf: (clientId: string, watch: FollowUp) => Promise<string | undefined>,
  { followUps, clock }: WatchServices,
  deadline: number,
): Promise<Look> {
  const found: Finding[] = []
  const problems: Problem[] = []
  const look = async (watch: FollowUp) => {
    const id = String(watch.data['client_id'])
    try {
      const state = await stateOf(id, watch)
      if (state !== undefined) found.push({ client_id: id, state })
    } catch (error) {
      problems.push({ client_id: id, problem: codeOf(error) })
    }
  }
  const times = timesUntil(deadline, clock.now())
  const progress = await workInTime(followUps.open(kind), look, times, clock)
  const { last, unseen } = progress
  const code = whyNotAll(progress)
  if (last !== undefined && code !== undefined) await followUps.resumeAfter(last)
  return lookOf(found, problems, { unseen, code })
}
