import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { SQSClient } from '@aws-sdk/client-sqs'
import { expect, onTestFinished, test } from 'vitest'
import { serve } from '../loopback.ts'
import { createQueueReader } from './queue-reader.ts'

/** An SQS that gives one answer to everything, and remembers what it was asked. */
const startSqsAnswering = async (answer: object) => {
  const asked: unknown[] = []
  const server = createServer(async (request, response) => {
    asked.push(JSON.parse(await text(request)))
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
    response.end(JSON.stringify(answer))
  })
  const { endpoint, stop } = await serve(server, { name: 'SQS', port: 0 })
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new SQSClient({ endpoint, region: 'us-east-1', credentials })
  onTestFinished(async () => {
    client.destroy()
    await stop()
  })
  return { asked, reader: createQueueReader(client, `${endpoint}/000000000000/letters`) }
}

test.each([
  [100, 20_000, { MaxNumberOfMessages: 10, WaitTimeSeconds: 20 }],
  [3, 300_000, { MaxNumberOfMessages: 3, WaitTimeSeconds: 20 }],
  [1, 1_999, { MaxNumberOfMessages: 1, WaitTimeSeconds: 1 }],
  [10, 999, { MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }],
])('asks SQS for no more than it gives: %i in %i ms', async (room, waitMs, expected) => {
  const { asked, reader } = await startSqsAnswering({})

  expect(await reader.receive(room, waitMs, new AbortController().signal)).toEqual([])
  expect(asked).toMatchObject([
    { ...expected, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] },
  ])
})

test('deletes at most ten messages in one call, each under an id of its own', async () => {
  const { asked, reader } = await startSqsAnswering({ Successful: [], Failed: [] })
  const messages = Array.from({ length: 21 }, (_, index) => ({ ReceiptHandle: `r${index}` }))

  await reader.remove(messages)

  const entries = asked.map((call) => (call as { Entries: { Id: string }[] }).Entries)
  expect(entries.map(({ length }) => length)).toEqual([10, 10, 1])
  expect(entries.flat().map((entry) => 'ReceiptHandle' in entry && entry.ReceiptHandle)).toEqual(
    messages.map(({ ReceiptHandle }) => ReceiptHandle),
  )
  expect(new Set(entries[0]?.map(({ Id }) => Id)).size).toBe(10)
})

test('says that messages could not be deleted', async () => {
  const Failed = [{ Id: '0', Code: 'ReceiptHandleIsInvalid', Message: 'Stale', SenderFault: true }]
  const { reader } = await startSqsAnswering({ Successful: [], Failed })

  await expect(reader.remove([{ ReceiptHandle: 'r' }])).rejects.toThrow(
    '1 messages could not be deleted: Stale',
  )
})
