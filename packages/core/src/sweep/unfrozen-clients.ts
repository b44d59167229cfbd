import { OryApiError } from '../errors.ts'
import type { Ory } from '../ory/index.ts'
import type { Clock, FollowUp, FollowUps } from '../ports/index.ts'
import { isSuspended, suspended } from '../workflows/index.ts'
import type { Allowance } from './execute.ts'
import { codeOf } from './failures.ts'
import { type Finding, type Look, lookOf } from './inspection.ts'
import { inLanes, timesUntil } from './lanes.ts'

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
  const codes: string[] = []
  const look = async ({ data }: FollowUp) => {
    const id = String(data['client_id'])
    const state = await stateOf(id, ory, signal)
    if (state !== 'suspended') found.push({ client_id: id, state })
  }
  const { last, unseen, error } = await inLanes(
    followUps.open(suspended),
    (followUp) => look(followUp).catch((cause: unknown) => void codes.push(codeOf(cause))),
    timesUntil(deadline, clock.now()),
    clock,
  )
  const notShown = codes.length
  if (error !== undefined) codes.push(codeOf(error))
  if (unseen > 0) codes.push('ERR_DEADLINE')
  if (last !== undefined && (unseen > 0 || error !== undefined)) await followUps.resumeAfter(last)
  return lookOf(found, unseen + notShown, codes)
}

async function stateOf(
  id: string,
  ory: Ory,
  signal: AbortSignal | undefined,
): Promise<'suspended' | 'unfrozen' | 'gone'> {
  try {
    return isSuspended(await ory.getOAuth2Client({ id }, { signal })) ? 'suspended' : 'unfrozen'
  } catch (error) {
    if (error instanceof OryApiError && error.rowMissing) return 'gone'
    throw error
  }
}
