import { type Lane, ordinaryLane } from '../lane.ts'
import { type FollowUps, standingKinds } from '../ports/index.ts'

/** The kind of follow-up that is a watch: the sweep looks whether a follow-up pass has its receipt. */
export const [expectedPass] = standingKinds

/** A follow-up pass that has no receipt an hour after it was due is late; only then is it looked for. */
export const passGraceMs = 60 * 60_000

/** Has the sweep look for the receipt of a follow-up pass. */
export function expectPass(
  followUps: FollowUps,
  pass: {
    readonly workflow: string
    readonly event: string
    readonly notBefore: number
    readonly lane?: Lane | undefined
  },
): Promise<void> {
  const { workflow, event, notBefore, lane = ordinaryLane } = pass
  return followUps.schedule({
    id: `${expectedPass} ${workflow} ${event}`,
    kind: expectedPass,
    dueAt: notBefore + passGraceMs,
    data: { workflow, event, pass: 'follow-up', lane },
    forgotten: true,
  })
}
