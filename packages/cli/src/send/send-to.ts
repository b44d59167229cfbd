import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { CommandError, UsageError } from '../errors.ts'
import { clientFor } from '../sqs/client.ts'
import { sqsProblem } from '../sqs/problem.ts'
import type { Target } from './target.ts'

/** A person waits, so a server that is not there is given up on within seconds. */
const patience = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000 },
}

/** Puts a body on a queue as it stands. @returns the message id @throws CommandError, UsageError */
export async function sendTo(target: Target, body: string): Promise<string> {
  const { queueUrl, config } = target
  const client = clientFor({ url: queueUrl, config }, patience)
  try {
    const command = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body })
    const { MessageId } = await client.send(command)
    if (MessageId === undefined) throw new Error('answered without a message id')
    return MessageId
  } catch (error) {
    const problem = queueProblem(error, target)
    throw new (problem instanceof UsageError ? UsageError : CommandError)(
      `nothing was sent: ${problem.message}`,
      { cause: error },
    )
  } finally {
    client.destroy()
  }
}

/** An error of SQS about a target, as `lapse` tells it. */
export function queueProblem(
  error: unknown,
  { queueUrl, queueVariable }: Target,
): UsageError | CommandError {
  const words = { queue: queueVariable, did: 'take the message', server: queueVariable }
  return sqsProblem(error, queueUrl, words)
}
