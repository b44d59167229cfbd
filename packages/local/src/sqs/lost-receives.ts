import type { buildApp } from 'fauxqs'
import type { FauxqsQueues } from './move-tasks/fauxqs-queues.ts'

/** What is looked at of a receive. */
interface Received {
  readonly Messages?: readonly { readonly ReceiptHandle: string }[]
}

/**
 * Puts messages back that were handed to somebody who is gone, or waits no longer: fauxqs lets a
 * poll go on without its client, and would hide what it finds for a whole visibility timeout.
 */
export function putLostReceivesBack(
  app: ReturnType<typeof buildApp>,
  { stores: { sqsStore } }: FauxqsQueues,
): void {
  app.addHook('preSerialization', async (request, _reply, answer: unknown) => {
    if (!request.raw.socket.destroyed) return answer
    const { Messages = [] } = Object(answer) as Received
    const { QueueUrl = '' } = Object(request.body) as { readonly QueueUrl?: string }
    const queue = sqsStore.getQueue(QueueUrl)
    for (const { ReceiptHandle } of Messages) queue?.changeVisibility(ReceiptHandle, 0)
    return answer
  })
}
