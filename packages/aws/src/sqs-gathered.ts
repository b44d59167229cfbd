import type { OutgoingMessage } from '@lapse/core/ports'
import { gathered as gather } from './gathered.ts'

/** SQS takes no more in one request; nor, on older terms, more bytes than 256 KiB. */
const room = { most: 10, mostWeight: 200_000, weightOf: bytesOf }

/** Puts a message on the queue with this URL; returns only when the queue has it. */
export type SendMessage = (queueUrl: string, message: OutgoingMessage) => Promise<void>

/** Sends some messages in one request; what came of each, in their order. */
export type SendTogether = (
  queueUrl: string,
  messages: readonly OutgoingMessage[],
) => Promise<readonly PromiseSettledResult<void>[]>

/** Sends messages as `gathered.ts` does, for each queue by itself. */
export function gathered(send: SendTogether): SendMessage {
  const queues = new Map<string, (message: OutgoingMessage) => Promise<void>>()
  return (queueUrl, message) => {
    const put = queues.get(queueUrl) ?? gather((messages) => send(queueUrl, messages), room)
    queues.set(queueUrl, put)
    return put(message)
  }
}

/** A message as SQS counts it: body, and names, types and values of attributes. */
function bytesOf({ body, attributes }: OutgoingMessage): number {
  const texts = Object.entries(attributes).flatMap(([name, value]) => [name, 'String', value])
  return [body, ...texts].reduce((sum, text) => sum + Buffer.byteLength(text), 0)
}
