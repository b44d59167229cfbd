import { randomUUID } from 'node:crypto'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { type Local, startLocal } from '@lapse/local'
import { localAws } from '../place.ts'

/** A ledger, secrets, and queues without workers: what becomes of an event is for each test to say. */
export function localQueues() {
  const state: { local?: Local; sqs?: SQSClient } = {}
  const environment = () => (state.local as Local).environment
  const sqs = () => state.sqs as SQSClient
  return {
    environment,
    sqs,
    async start() {
      state.local = await startLocal({ functions: [], schedules: [], variables: {} })
      state.sqs = new SQSClient({
        ...localAws(environment()),
        endpoint: String(environment()['AWS_ENDPOINT_URL_SQS']),
      })
    },
    async stop() {
      state.sqs?.destroy()
      await state.local?.stop()
    },
    /** @returns its URL */
    async makeQueue(QueueName: string = randomUUID()): Promise<string> {
      const { QueueUrl } = await sqs().send(new CreateQueueCommand({ QueueName }))
      return String(QueueUrl)
    },
  }
}
