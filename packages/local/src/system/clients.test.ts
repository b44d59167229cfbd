import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { expect, onTestFinished, test } from 'vitest'
import { startSqs } from '../sqs/server.ts'
import { sqsClient } from './clients.ts'

test('a queue is written to while any number of lanes wait for messages of others', async () => {
  const service = await startSqs()
  const sqs = sqsClient(service.endpoint)
  const waiting = new AbortController()
  onTestFinished(async () => {
    waiting.abort()
    sqs.destroy()
    await service.stop()
  })
  const [idle, busy] = await Promise.all(
    ['idle', 'busy'].map((QueueName) => sqs.send(new CreateQueueCommand({ QueueName }))),
  )
  const polls = Array.from({ length: 60 }, () =>
    sqs
      .send(new ReceiveMessageCommand({ QueueUrl: idle?.QueueUrl, WaitTimeSeconds: 20 }), {
        abortSignal: waiting.signal,
      })
      .then(() => 'received'),
  )
  for (const each of polls) each.catch(() => undefined)
  const send = async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl: busy?.QueueUrl, MessageBody: 'gone' }))
    return 'sent'
  }
  // The first may be on its way before those that wait.
  await send()

  expect(await Promise.race([...polls, send()])).toBe('sent')
})
