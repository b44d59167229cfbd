import type { Clock } from '../ports/index.ts'
import { attributesOf, delaySecondsUntil } from './envelope.ts'
import type { Delivery } from './workflow.ts'

/**
 * When the same plan runs again, in milliseconds since the epoch: once every login that was in
 * flight has ended. `undefined` where this is the follow-up.
 */
export function followUpDue(
  { followUpAfterMs }: { readonly followUpAfterMs: number },
  { pass }: Delivery,
  clock: Clock,
): number | undefined {
  return pass === 'follow-up' ? undefined : clock.now() + followUpAfterMs
}

/**
 * Puts the same event on the queue once more. Done before the first pass is closed: a crash in
 * between sends it twice, which is harmless; the other way round it would never be sent.
 */
export async function sendFollowUp(
  { body, outbox }: Delivery,
  notBefore: number,
  clock: Clock,
): Promise<void> {
  await outbox.send({
    body,
    attributes: attributesOf({ pass: 'follow-up', notBefore }),
    delaySeconds: delaySecondsUntil(notBefore, clock.now()),
  })
}
