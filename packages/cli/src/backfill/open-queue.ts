import { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { CommandError } from '../errors.ts'
import { queueProblem } from '../send/send-to.ts'
import type { Target } from '../send/target.ts'
import { clientFor } from '../sqs/client.ts'

/** Nobody waits for one message: what SQS has not for a moment, it has a minute later. */
const patience = {
  maxAttempts: 10,
  requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000 },
}

/** A queue that takes many messages. */
export interface Queue extends Disposable {
  /** Puts up to 10 bodies on it; returns only when it has all of them. @throws CommandError, UsageError */
  send(bodies: readonly string[]): Promise<void>
}

export function openQueue(target: Target): Queue {
  const { queueUrl, config } = target
  const client = clientFor({ url: queueUrl, config }, patience)
  return {
    async send(bodies) {
      const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }))
      const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries })
      const { Failed: failed = [] } = await client.send(command).catch((error: unknown) => {
        throw queueProblem(error, target)
      })
      const [first] = failed
      if (first === undefined) return
      // Those that it took are sent once more, and are the same events.
      throw new CommandError(
        `SQS took only ${bodies.length - failed.length} of ${bodies.length} events (${first.Code}); run it again, which goes on from there`,
      )
    },
    [Symbol.dispose]: () => client.destroy(),
  }
}
