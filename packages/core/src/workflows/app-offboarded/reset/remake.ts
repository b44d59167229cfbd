import { findClient, type Ory } from '../../../ory/index.ts'
import { type Protection, refuseProtected } from '../../../protection/index.ts'
import { makeCall } from '../../../run/index.ts'
import type { OffboardingServices } from '../services.ts'
import { recreation } from '../steps.ts'
import { rememberGone } from './capture.ts'
import { isOpen, readReset } from './row.ts'

/** What making a client again takes. */
export interface RemakeServices
  extends Pick<OffboardingServices, 'resets' | 'followUps' | 'secrets' | 'clock'> {
  readonly ory: Ory
}

/** So long a reset may take by itself before somebody has to be told. */
const patienceMs = 15 * 60_000

/**
 * How a reset stands: `settled`; `under-way`, for less than a quarter of an hour; `unfinished`, the
 * client being there; `recreated`, by us just now.
 */
export type ResetState = 'settled' | 'under-way' | 'unfinished' | 'recreated'

/**
 * Makes a client again that a reset has deleted, as it was captured, if nobody has. Called under its
 * lease. Consumers are given its new secret by whoever goes on with the event, and not here.
 * @throws RefusedError where the client, or its owner, is protected
 */
export async function remakeClient(
  clientId: string,
  services: RemakeServices,
  protection: Protection,
  signal?: AbortSignal,
): Promise<ResetState> {
  const { ory, resets, secrets, clock } = services
  const reset = (await readReset(clientId, resets))?.row
  if (!isOpen(reset)) return 'settled'
  const found = { ory, ...(signal && { signal }) }
  if ((await findClient(clientId, found)) !== undefined)
    return clock.now() < reset.openedAt + patienceMs ? 'under-way' : 'unfinished'

  refuseProtected({ clientIds: [clientId], owners: [reset.client.owner] }, protection)
  await rememberGone({ clientId }, services)
  const messages = { send: nobody, followUp: nobody }
  await makeCall(recreation(reset.client, reset.credential), { ...found, secrets, messages })
  return 'recreated'
}

function nobody(): never {
  throw new Error('a client is made without a message')
}
