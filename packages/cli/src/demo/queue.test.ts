import { expect, test } from 'vitest'
import { areQueuesEmpty } from './queue.ts'
import type { Stage } from './stage.ts'

const none = {
  ApproximateNumberOfMessages: '0',
  ApproximateNumberOfMessagesNotVisible: '0',
  ApproximateNumberOfMessagesDelayed: '0',
}

const stageWith = (Attributes: Readonly<Record<string, string>> | undefined) =>
  ({
    queues: { 'user-deleted': { queueUrl: 'q' } },
    sqs: { send: async () => ({ Attributes }) },
  }) as unknown as Stage

test('is empty where nothing waits, is in flight or delayed', async () => {
  expect(await areQueuesEmpty(stageWith(none))).toBe(true)
})

test.each(Object.keys(none))('is not empty while there are any in %s', async (name) => {
  expect(await areQueuesEmpty(stageWith({ ...none, [name]: '1' }))).toBe(false)
})

test('is not empty as long as SQS does not say so', async () => {
  expect(await areQueuesEmpty(stageWith(undefined))).toBe(false)
})
