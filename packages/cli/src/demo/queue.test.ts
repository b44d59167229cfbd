import { expect, test } from 'vitest'
import { isQueueEmpty } from './queue.ts'
import type { Stage } from './stage.ts'

const none = {
  ApproximateNumberOfMessages: '0',
  ApproximateNumberOfMessagesNotVisible: '0',
  ApproximateNumberOfMessagesDelayed: '0',
}

const stageWith = (Attributes: Readonly<Record<string, string>> | undefined) =>
  ({ queueUrl: 'q', sqs: { send: async () => ({ Attributes }) } }) as unknown as Stage

test('is empty where nothing waits, is in flight or delayed', async () => {
  expect(await isQueueEmpty(stageWith(none))).toBe(true)
})

test.each(Object.keys(none))('is not empty while there are any in %s', async (name) => {
  expect(await isQueueEmpty(stageWith({ ...none, [name]: '1' }))).toBe(false)
})

test('is not empty as long as SQS does not say so', async () => {
  expect(await isQueueEmpty(stageWith(undefined))).toBe(false)
})
