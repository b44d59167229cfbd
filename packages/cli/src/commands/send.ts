import { passedOverSource } from '@lapse/core/events'
import { UsageError } from '../errors.ts'
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

const noReceipt = 'nothing has to be done: its worker acknowledges and counts it, without a receipt'

/**
 * `lapse send`: puts an event on the queue of its type and lane, byte for byte but for a lane that is
 * asked for, once it is known to be one.
 * @param file `-` or none for standard input, unless that is a terminal: nobody types an event
 */
export async function send(file: string | undefined, { lane }: SendOptions): Promise<void> {
  if (file === undefined && process.stdin.isTTY)
    throw new UsageError(
      'an event is missing; give a file, or pipe one in: lapse example user.deleted | lapse send',
    )
  const event = await readBody(file ?? '-')
  checkEvent(event, process.env, Date.now())
  const body = inLane(event, lane)
  const queueVariable = checkEvent(body, process.env, Date.now())
  const target = await findTarget(queueVariable, process.env, process.cwd())
  const messageId = await sendTo(target, body)
  const rows = [
    ['sent', messageId],
    ['to', target.queueUrl],
    ['next', passedOverSource(body) === undefined ? target.next : noReceipt],
  ]
  print(...columns(rows, { indent: 0 }))
}
