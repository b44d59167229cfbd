import { passedOverSource } from '@lapse/core/events'
import { UsageError } from '../errors.ts'
import { columns } from '../output/layout.ts'
import { print, printAside, printJson } from '../output/print.ts'
import { receiptLines } from '../output/receipt-lines.ts'
import { commandAt } from '../place/command-at.ts'
import type { FoundPlace, StageOption } from '../place/find-place.ts'
import { checkEvent } from '../send/check-event.ts'
import { inLane } from '../send/in-lane.ts'
import { readBody } from '../send/read-body.ts'
import { sendTo } from '../send/send-to.ts'
import { findSendPlace, targetIn } from '../send/target.ts'
import { untilSignal } from '../until-signal.ts'
import { openEventLook } from '../wait/open-event-look.ts'
import { usualPatienceMs, waitForEvent } from '../wait/wait-for-event.ts'

export interface SendOptions extends StageOption {
  readonly lane?: string
  readonly json?: boolean
  /** Whether to end with the receipt. */
  readonly wait?: boolean
  /** How long to look for it, in milliseconds. */
  readonly timeout?: number
}

const noReceipt = 'nothing has to be done: its worker acknowledges and counts it, without a receipt'

/**
 * `lapse send`: puts an event on the queue of its type and lane, byte for byte but for a lane that is
 * asked for, once it is known to be one.
 * @param file `-` or none for standard input, unless that is a terminal: nobody types an event
 */
export async function send(
  file: string | undefined,
  { lane, json = false, stage, wait = false, timeout = usualPatienceMs }: SendOptions,
): Promise<void> {
  if (file === undefined && process.stdin.isTTY)
    throw new UsageError(
      `an event is missing; give a file, or pipe one in: ${commandAt({ stage }, 'lapse example user.deleted | lapse send')}`,
    )
  const event = await readBody(file ?? '-')
  const place = await findSendPlace(event, { stage }, process.env, process.cwd())
  const settings = place?.variables ?? process.env
  if (place?.by === 'lapse dev') tellOtherMapping(settings)
  checkEvent(event, settings, Date.now())
  const body = inLane(event, lane)
  const queueVariable = checkEvent(body, settings, Date.now())
  const target = targetIn(place, queueVariable)
  const isPassedOver = passedOverSource(body) !== undefined
  const look =
    wait && !isPassedOver
      ? await openEventLook(body, target, { stage, directory: process.cwd() })
      : undefined
  const messageId = await sendTo(target, body)
  const document = { message_id: messageId, queue_url: target.queueUrl }
  if (json && look === undefined) return printJson(document)
  // From here on Ctrl-C ends the looking, and says where to look.
  const signal = look && untilSignal()
  const rows = [
    ['sent', messageId],
    ['to', target.queueUrl],
    ...(look === undefined ? [['next', isPassedOver ? noReceipt : target.next]] : []),
  ]
  const say = json ? printAside : print
  say(...columns(rows, { indent: 0 }))
  if (look === undefined || signal === undefined) return
  const receipt = await waitForEvent(look, timeout, { ...target, stage }, signal)
  if (json) printJson({ ...document, receipt })
  else print('', ...receiptLines(receipt))
}

/** A `lapse dev` reads an event as it was told to when it was started, whatever is set here by now. */
function tellOtherMapping(settings: FoundPlace['variables']): void {
  const others = subjectSettings.filter(
    (name) => process.env[name] && process.env[name] !== settings[name],
  )
  if (others.length > 0)
    printAside(
      `${others.join(' and ')} ${others.length === 1 ? 'is' : 'are'} set otherwise here than for the lapse dev that runs here, whose own counts.`,
    )
}

/** Whose event it is, as `lapse dev` is told by whoever starts it. */
const subjectSettings = [
  'SUBJECT_TEMPLATES',
  'USER_DELETED_SUBJECT_FIELD',
  'IDENTITY_DELETED_SUBJECT_FIELD',
]
