import { type LeaseRow, withClientLease } from '../leases/index.ts'
import type { FollowUp, Ledger } from '../ports/index.ts'
import type { Protection } from '../protection/index.ts'
import { type RemakeServices, remakeClient, unfinishedReset } from '../workflows/index.ts'
import type { Allowance } from './execute.ts'
import { codeOf, isBusy } from './failures.ts'
import { type Finding, type Look, lookOf, type Problem } from './inspection.ts'
import { timesUntil, whyNotAll, workInTime } from './time-boxed.ts'

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
  const found: Finding[] = []
  const problems: Problem[] = []
  const look = async (watch: FollowUp) => {
    const id = String(watch.data['client_id'])
    const until = Math.min(deadline, clock.now() + oneClientMs)
    try {
      const state = await withClientLease(id, { ledger: leases, clock }, until, () =>
        remakeClient(id, services, services, signal),
      )
      if (state === 'settled') await followUps.end(watch, 'reset')
      if (state === 'unfinished' || state === 'recreated') found.push({ client_id: id, state })
    } catch (error) {
      if (!isBusy(error)) problems.push({ client_id: id, problem: codeOf(error) })
    }
  }
  const times = timesUntil(deadline, clock.now())
  const progress = await workInTime(followUps.open(unfinishedReset), look, times, clock)
  const { last, unseen } = progress
  const code = whyNotAll(progress)
  if (last !== undefined && code !== undefined) await followUps.resumeAfter(last)
  return lookOf(found, problems, { unseen, code })
}
