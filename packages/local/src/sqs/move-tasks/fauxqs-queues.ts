import type { buildApp } from 'fauxqs'
import { fauxqsModule } from '../fauxqs-modules.ts'
import type { MovableQueues } from './tasks.ts'

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>
type SqsStore = Stores['sqsStore']
type SqsQueue = NonNullable<ReturnType<SqsStore['getQueueByArn']>>

/** The queues of a fauxqs, for it and for message move tasks. */
export interface FauxqsQueues extends MovableQueues {
  /** For `buildApp`, which makes the stores of other services itself. */
  readonly stores: Stores
}

/** Makes the queues with what fauxqs does not keep: from which queue SQS moved a message to its DLQ. */
export async function fauxqsQueues(): Promise<FauxqsQueues> {
  const { SqsStore } = (await fauxqsModule('./sqs/sqsStore.js')) as {
    readonly SqsStore: (new () => SqsStore) & {
      createMessage(
        body: string,
        attributes: SqsQueue['messages'][number]['messageAttributes'],
      ): SqsQueue['messages'][number]
    }
  }
  const sqsStore = new SqsStore()
  const origins = keepOrigins(sqsStore)
  const find = (arn: string) => sqsStore.getQueueByArn(arn)
  return {
    stores: { sqsStore } as Stores,
    exists: (arn) => find(arn) !== undefined,
    isDlq: (arn) => [...sqsStore.allQueues()].some((queue) => dlqOf(queue) === arn),
    waiting: (arn) => waitingIn(find(arn)).length,
    moveOne: (from, to) => {
      const [message] = waitingIn(find(from))
      if (message === undefined)
        return find(from) ? 'nothing-waits' : 'AWS.SimpleQueueService.NonExistentQueue'
      const arn = to ?? origins.get(message.messageId)
      if (arn === undefined) return 'CouldNotDetermineMessageSource'
      const target = find(arn)
      if (target === undefined) return 'AWS.SimpleQueueService.NonExistentQueue'
      find(from)?.messages.shift()
      origins.delete(message.messageId)
      // SQS takes it for a new message: with an id, a time and a retention of its own.
      target.enqueue(SqsStore.createMessage(message.body, message.messageAttributes))
      return 'moved'
    },
  }
}

/** What can be received now, in order. */
function waitingIn(queue: SqsQueue | undefined): SqsQueue['messages'] {
  queue?.processTimers()
  return queue?.messages ?? []
}

/** As lenient as fauxqs is with a policy that cannot be read. */
function dlqOf({ attributes }: SqsQueue): string | undefined {
  const policy = attributes['RedrivePolicy'] ?? ''
  return /"deadLetterTargetArn"\s*:\s*"([^"]+)"/.exec(policy)?.[1]
}

/** The ARN of the queue that each message on a DLQ came from, by its id: fauxqs tells a spy of it. */
function keepOrigins(store: SqsStore): Map<string, string> {
  const origins = new Map<string, string>()
  type Told = { readonly status: string; readonly messageId: string; readonly queueName: string }
  const addMessage = ({ status, messageId, queueName }: Told) => {
    const queue = store.getQueueByName(queueName)
    if (status === 'dlq' && queue !== undefined) origins.set(messageId, queue.arn)
    if (status === 'consumed') origins.delete(messageId)
  }
  store.spy = { addMessage } as unknown as NonNullable<SqsStore['spy']>
  return origins
}
