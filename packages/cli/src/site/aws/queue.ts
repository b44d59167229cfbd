import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { clientFor } from '../../sqs/client.ts'
import { sqsProblem } from '../../sqs/problem.ts'
import type { SqsQueue } from '../../sqs/queue.ts'
import { limits } from './patience.ts'

/** A queue's attributes by SQS's own names. @throws CommandError, UsageError */
export async function readQueue(queue: SqsQueue): Promise<Readonly<Record<string, string>>> {
  const { connectMs, answerMs, attempts } = limits
  const client = clientFor(queue, {
    maxAttempts: attempts,
    requestHandler: { connectionTimeout: connectMs, requestTimeout: answerMs },
  })
  try {
    const command = new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['All'] })
    return (await client.send(command)).Attributes ?? {}
  } catch (error) {
    throw sqsProblem(error, queue.url, words)
  } finally {
    client.destroy()
  }
}

const words = { queue: 'its variable', did: 'answer', server: 'the URL of the queue' }
