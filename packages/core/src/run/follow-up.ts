import type { Attempt } from './attempt.ts'
import { expectPass } from './expected-pass.ts'
import type { Services, WorkflowEvent } from './workflow.ts'

/**
 * Puts the same event on the queue once more, for when every login that was in flight has ended.
 *
 * Sent as soon as the steps are made, and only then noted in the row; the sweep watches for its
 * receipt from then on. A death in between sends it twice, which is harmless; the other way round
 * it would never be sent.
 * @returns when the follow-up is due, in milliseconds since the epoch; `undefined` where none follows
 */
export async function sendFollowUp<
  Event extends WorkflowEvent,
  Observation,
  Needs extends Services,
>(at: Attempt<Event, Observation, Needs>): Promise<number | undefined> {
  const { workflow, delivery, open, services } = at
  const { followUpNotBefore } = open.row
  if (workflow.followUpAfterMs === undefined || delivery.pass === 'follow-up') return undefined
  if (followUpNotBefore !== undefined) return followUpNotBefore

  const { key } = open.row.event
  const notBefore = services.clock.now() + workflow.followUpAfterMs
  await Promise.all([
    delivery.messages.followUp(notBefore, key),
    expectPass(services.followUps, {
      workflow: workflow.name,
      event: key,
      notBefore,
      lane: delivery.lane,
    }),
  ])
  open.note((row) => ({ ...row, followUpNotBefore: notBefore }))
  return notBefore
}
