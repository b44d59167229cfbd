import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { awsProblem, regionProblem } from '../aws-problem.ts'
import { CommandError, UsageError } from '../errors.ts'
import type { Target } from './target.ts'

/** A person waits, so a server that is not there is given up on within seconds. */
const patience = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000 },
}

/** Puts a body on a queue as it stands. @returns the message id @throws CommandError, UsageError */
export async function sendTo(target: Target, body: string): Promise<string> {
  const { queueUrl, config } = target
  // A queue's URL says where it is. The SDK thinks so too, but warns wherever it expected another host.
  const { origin: endpoint } = new URL(queueUrl)
  const client = new SQSClient({
    ...patience,
    ...config,
    endpoint,
    useQueueUrlAsEndpoint: false,
  })
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

const noSuchQueue = /^(QueueDoesNotExist|InvalidAddress|AWS\.SimpleQueueService\.NonExistentQueue)$/

/** An error of SQS as `lapse` tells it. AWS's own messages may quote what was signed, so only their names are told. */
export function queueProblem(
  error: unknown,
  { queueUrl, queueVariable }: Target,
): UsageError | CommandError {
  const { name, code } = error as NodeJS.ErrnoException
  const { origin } = new URL(queueUrl)
  const options = { cause: error }
  const problem = noSuchQueue.test(name)
    ? `there is no queue ${queueUrl}; check ${queueVariable}`
    : `${origin} did not take the message as SQS would (${name}); check ${queueVariable}`
  return (
    regionProblem(error) ??
    awsProblem({ name: code ?? name, asked: origin }, process.env, options) ??
    new CommandError(problem, options)
  )
}
