import { OryApiError } from '../errors.ts'
import type { Ory } from '../ory/index.ts'
import type { FollowUps } from '../ports/index.ts'
import { isSuspended, suspended } from '../workflows/index.ts'
import type { Allowance, Finding } from './sweep.ts'

interface ClientServices {
  readonly ory: Ory
  readonly followUps: FollowUps
}

/** Suspended clients that something has un-frozen, or deleted, without a `restore`. */
export async function unfrozenClients(
  { ory, followUps }: ClientServices,
  { signal }: Allowance,
): Promise<readonly Finding[]> {
  const found: Finding[] = []
  for await (const { data } of followUps.open(suspended)) {
    const id = String(data['client_id'])
    const state = await stateOf(id, ory, signal)
    if (state !== 'suspended') found.push({ client_id: id, state })
  }
  return found
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
