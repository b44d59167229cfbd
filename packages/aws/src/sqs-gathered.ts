import { setTimeout } from 'node:timers/promises'
import type { OutgoingMessage } from '@lapse/core/ports'

/** SQS takes no more in one request; nor, on older terms, more bytes than 256 KiB. */
const most = { messages: 10, bytes: 200_000 }

/** A request under way is waited for no longer than this, in milliseconds: it may hang. */
const patienceMs = 20

/** Puts a message on the queue with this URL; returns only when the queue has it. */
export type SendMessage = (queueUrl: string, message: OutgoingMessage) => Promise<void>

/** Sends some messages in one request; what came of each, in their order. */
export type SendTogether = (
  queueUrl: string,
  messages: readonly OutgoingMessage[],
) => Promise<readonly PromiseSettledResult<void>[]>

interface Group {
  readonly messages: OutgoingMessage[]
  bytes: number
  readonly sent: ReturnType<SendTogether>
}

/**
 * Sends a message by itself at once, and what comes while a request is under way together in the
 * next: a batch's messages come at about the same time.
 */
export function gathered(send: SendTogether): SendMessage {
  const open = new Map<string, Group>()
  const underWay = new Map<string, Promise<unknown>>()

  function opened(queueUrl: string): Group {
    const group: Group = {
      messages: [],
      bytes: 0,
      sent: Promise.resolve(underWay.get(queueUrl)).then(() => {
        if (open.get(queueUrl) === group) open.delete(queueUrl)
        const sending = send(queueUrl, group.messages)
        const patience = setTimeout(patienceMs, undefined, { ref: false })
        underWay.set(
          queueUrl,
          Promise.race([sending, patience]).catch(() => undefined),
        )
        return sending
      }),
    }
    open.set(queueUrl, group)
    return group
  }

  return async (queueUrl, message) => {
    const bytes = bytesOf(message)
    const known = open.get(queueUrl)
    const group = known !== undefined && hasRoom(known, bytes) ? known : opened(queueUrl)
    const place = group.messages.push(message) - 1
    group.bytes += bytes
    const outcome = (await group.sent)[place]
    if (outcome?.status === 'rejected') throw outcome.reason
  }
}

function hasRoom(group: Group, bytes: number): boolean {
  return group.messages.length < most.messages && group.bytes + bytes <= most.bytes
}

/** A message as SQS counts it: body, and names, types and values of attributes. */
function bytesOf({ body, attributes }: OutgoingMessage): number {
  const texts = Object.entries(attributes).flatMap(([name, value]) => [name, 'String', value])
  return [body, ...texts].reduce((sum, text) => sum + Buffer.byteLength(text), 0)
}
