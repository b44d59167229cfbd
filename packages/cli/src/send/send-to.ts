import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
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
    throw sendProblem(error, target)
  } finally {
    client.destroy()
  }
}

const noSuchQueue = /^(QueueDoesNotExist|InvalidAddress|AWS\.SimpleQueueService\.NonExistentQueue)$/
const noAnswer =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|TimeoutError)$/
const noRight = /AccessDenied|Token|Signature|OptInRequired|NotAuthorized|Credential/

/** AWS's own messages may quote what was signed, so only their names are told. */
function sendProblem(error: unknown, target: Target): Error {
  const { name, code, message } = error as NodeJS.ErrnoException
  if (/region is missing/i.test(message)) {
    return new UsageError('the AWS region is not known; set AWS_REGION', { cause: error })
  }
  return new CommandError(`nothing was sent: ${reasonOf(code ?? name, name, target)}`, {
    cause: error,
  })
}

function reasonOf(code: string, name: string, { queueUrl, queueVariable }: Target): string {
  const { origin } = new URL(queueUrl)
  if (name === 'CredentialsProviderError') {
    return 'no AWS credentials were found; configure them as for any AWS tool'
  }
  if (noSuchQueue.test(name)) return `there is no queue ${queueUrl}; check ${queueVariable}`
  if (noAnswer.test(code)) return `nothing answers at ${origin} (${code}); check the queue's URL`
  if (noRight.test(name)) return `AWS refused (${name}); check the credentials and their policy`
  return `${origin} did not take the message as SQS would (${name}); check the queue's URL`
}
