import { verify } from '@lapse/core/receipts-log'
import { CommandError } from '../errors.ts'
import { placeOf } from '../place.ts'
import { eventsNamed } from '../receipts/events-named.ts'
import { openLogAt } from '../receipts/open-log.ts'
import { proveEach } from '../receipts/prove-receipt.ts'
import type { LogReport } from './log-report.ts'
import type { Scene } from './scene.ts'
import { chapter } from './story-lines.ts'

/**
 * Receipts are sealed now, which the schedule would do within a minute; one is proven, and the proof
 * verified offline.
 * @throws CommandError where sealing failed, or the log does not hold the receipt
 */
export async function playLogStory({ stage, tell }: Scene, event_id: string): Promise<LogReport> {
  const { size, checkpoint } = await sealNow(stage.local)
  const log = openLogAt(placeOf(stage.local))
  const [receipts] = await eventsNamed(event_id, log.index, log.place)
  const [proven] = await proveEach(receipts?.slice(0, 1) ?? [], log)
  if (proven?.proof === undefined || proven.index === undefined)
    throw new CommandError(`the receipts log does not hold the receipt of ${event_id}`)

  const { verdict } = verify(proven.proof, { key: await log.key(), checkpoint })
  const report = { size, event_id, index: proven.index, verdict }
  tell(
    chapter('Receipts are sealed in a log', [
      `  ${size} receipts; a proof of the one of ${event_id} discloses no other and is ${verdict}, offline.`,
    ]),
  )
  return report
}

type Local = Scene['stage']['local']

async function sealNow({ fireNow }: Pick<Local, 'fireNow'>) {
  const { payload, error } = await fireNow('seal')
  if (error !== undefined) throw new CommandError(`sealing failed with ${error.errorType}`)
  return JSON.parse(payload) as { readonly size: number; readonly checkpoint: string }
}
