import { findClient, type Ory } from '../ory/index.ts'
import type { Clock, FollowUp, FollowUps } from '../ports/index.ts'
import { isSuspended, suspended } from '../workflows/index.ts'
import type { Allowance } from './execute.ts'
import { codeOf } from './failures.ts'
import { type Finding, type Look, lookOf, type Problem } from './inspection.ts'
import { timesUntil, whyNotAll, workInTime } from './time-boxed.ts'

interface ClientServices {
  readonly ory: Ory
  readonly followUps: FollowUps
  readonly clock: Clock
}

/**
 * Suspended clients that something has un-frozen, or deleted, without a `restore`. One that Ory
 * cannot show hides no other; who has no time for all begins after the last one the next time.
 */
export async function unfrozenClients(
  { ory, followUps, clock }: ClientServices,
  { deadline, signal }: Allowance,
): Promise<Look> {
  const found: Finding[] = []
  const problems: Problem[] = []
  const look = async ({ data }: FollowUp) => {
    const id = String(data['client_id'])
    try {
      const state = await stateOf(id, ory, signal)
      if (state !== 'suspended') found.push({ client_id: id, state })
    } catch (error) {
      problems.push({ client_id: id, problem: codeOf(error) })
    }
  }
  const times = timesUntil(deadline, clock.now())
  const progress = await workInTime(followUps.open(suspended), look, times, clock)
  const { last, unseen } = progress
  const code = whyNotAll(progress)
  if (last !== undefined && code !== undefined) await followUps.resumeAfter(last)
  return lookOf(found, problems, { unseen, code })
}

async function stateOf(
  id: string,
  ory: Ory,
  signal: AbortSignal | undefined,
): Promise<'suspended' | 'unfrozen' | 'gone'> {
  const client = await findClient(id, { ory, signal })
  if (client === undefined) return 'gone'
  return isSuspended(client) ? 'suspended' : 'unfrozen'
}
