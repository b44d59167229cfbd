import { passedOverSource } from '@lapse/core/events'
import { UsageError } from '../errors.ts'
import { columns } from '../output/layout.ts'
import { print } from '../output/print.ts'
import { checkEvent } from '../send/check-event.ts'
import { readBody } from '../send/read-body.ts'
import { sendTo } from '../send/send-to.ts'
import { findTarget } from '../send/target.ts'

const noReceipt = 'nothing has to be done: its worker acknowledges and counts it, without a receipt'

/**
 * `lapse send`: puts an event on the queue of its type, byte for byte, once it is known to be one.
 * @param file `-` or none for standard input, unless that is a terminal: nobody types an event
 */
export async function send(file?: string): Promise<void> {
  if (file === undefined && process.stdin.isTTY)
    throw new UsageError(
      'an event is missing; give a file, or pipe one in: lapse example user.deleted | lapse send',
    )
  const body = await readBody(file ?? '-')
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
