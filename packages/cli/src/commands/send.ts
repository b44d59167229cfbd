import { columns } from '../output/layout.ts'
import { print } from '../output/print.ts'
import { checkEvent } from '../send/check-event.ts'
import { inLane } from '../send/in-lane.ts'
import { readBody } from '../send/read-body.ts'
import { sendTo } from '../send/send-to.ts'
import { findTarget } from '../send/target.ts'

export interface SendOptions {
  readonly lane?: string
}

/**
 * `lapse send`: puts an event on the queue of its type and lane, byte for byte but for a lane that is
 * asked for, once it is known to be one.
 */
export async function send(file: string, { lane }: SendOptions): Promise<void> {
  const event = await readBody(file)
  checkEvent(event, process.env, Date.now())
  const body = inLane(event, lane)
  const queueVariable = checkEvent(body, process.env, Date.now())
  const target = await findTarget(queueVariable, process.env, process.cwd())
  const messageId = await sendTo(target, body)
  const rows = [
    ['sent', messageId],
    ['to', target.queueUrl],
    ['next', target.next],
  ]
  print(...columns(rows, { indent: 0 }))
}
