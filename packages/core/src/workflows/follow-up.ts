import { attributesOf, delaySecondsUntil } from './envelope.ts'
import type { OpenRow } from './open-row.ts'
import { expectPass } from './watches.ts'
import type { Delivery, Services } from './workflow.ts'

/**
 * Puts the same event on the queue once more, for when every login that was in flight has ended.
 *
 * Sent before it is noted in the row, and both before the row is closed; the sweep watches for its
 * receipt from then on: a death in between sends
 * it twice, which is harmless; the other way round it would never be sent.
 * @returns when the follow-up is due, in milliseconds since the epoch; `undefined` where none follows
 */
export async function followUp(
  { followUpAfterMs }: { readonly followUpAfterMs?: number },
  { body, pass, outbox }: Delivery,
  open: OpenRow,
  { clock, followUps }: Pick<Services, 'clock' | 'followUps'>,
): Promise<number | undefined> {
  const { followUpNotBefore } = open.row
  if (followUpAfterMs === undefined || pass === 'follow-up') return undefined
  if (followUpNotBefore !== undefined) return followUpNotBefore

  const notBefore = clock.now() + followUpAfterMs
  const attributes = attributesOf({ pass: 'follow-up', notBefore })
  const delaySeconds = delaySecondsUntil(notBefore, clock.now())
  await outbox.send({ body, attributes, delaySeconds })
  await expectPass(followUps, { workflow: open.row.workflow, event: open.row.event.key, notBefore })
  await open.update((row) => ({ ...row, followUpNotBefore: notBefore }))
  return notBefore
}
