import { durationText } from '../../output/duration.ts'
import { CannotTell } from '../../site/cannot-tell.ts'
import { type HeadSeen, readHead } from '../../site/log-head.ts'
import { type Check, type Outcome, well, wrong } from '../check.ts'

/** The newest checkpoint of the receipts log, and how old it is; `undefined` where there is none. */
export type CheckpointSeen = (HeadSeen & { readonly ageMs: number }) | undefined

/** One is signed every five minutes, also where nothing happens. */
const mostMs = 15 * 60_000

export const checkpoint: Check<CheckpointSeen> = {
  name: 'checkpoint',
  about: 'receipts log: the newest checkpoint',
  async read(site) {
    const head = await readHead(site)
    if (head === undefined && site.isDev)
      throw new CannotTell('none was signed yet: lapse dev signs one every minute')
    return head && { size: head.size, time: head.time, ageMs: site.clock.now() - head.time }
  },
  judge(seen): Outcome {
    const todo = 'see why the function seal does not end well (docs/runbook.md#no-checkpoint)'
    if (seen === undefined) return wrong('no checkpoint was ever signed', todo)
    const { size, ageMs } = seen
    const receipts = `over ${size} ${size === 1 ? 'receipt' : 'receipts'}`
    const said = `${receipts}, ${durationText(Math.max(0, ageMs))} ago`
    return ageMs > mostMs ? wrong(`the last one was signed ${said}`, todo) : well(`signed ${said}`)
  },
}
