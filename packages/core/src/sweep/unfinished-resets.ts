import { type LeaseRow, withClientLease } from '../leases/index.ts'
import type { FollowUp, Ledger } from '../ports/index.ts'
import type { Protection } from '../protection/index.ts'
import { type RemakeServices, remakeClient, unfinishedReset } from '../workflows/index.ts'
import type { Allowance } from './execute.ts'
import { isBusy } from './failures.ts'
import type { Look } from './inspection.ts'
import { lookAtWatched } from './watched-clients.ts'

interface ResetServices extends RemakeServices, Protection {
  readonly leases: Ledger<LeaseRow>
}

/** So long one client's lease is held at most, in milliseconds. */
const oneClientMs = 30_000

/**
 * Clients that a reset has deleted and not yet handed over: one that is not there is made again. A
 * client that somebody works on is left to them.
 */
export async function unfinishedResets(
  services: ResetServices,
  { deadline, signal }: Allowance,
): Promise<Look> {
  const { followUps, clock, leases } = services
  const stateOf = async (id: string, watch: FollowUp) => {
    const until = Math.min(deadline, clock.now() + oneClientMs)
    try {
      const state = await withClientLease(id, { ledger: leases, clock }, until, () =>
        remakeClient(id, services, services, signal),
      )
      if (state === 'settled') await followUps.end(watch, 'reset')
      return state === 'unfinished' || state === 'recreated' ? state : undefined
    } catch (error) {
      if (isBusy(error)) return undefined
      throw error
    }
  }
  return lookAtWatched(unfinishedReset, stateOf, services, deadline)
}
