import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { openQueue } from './open-queue.ts'

/** An SQS that takes all of a batch, or all but one message. */
async function startSqs(refusesOne: boolean) {
  const batches: string[][] = []
  const server = createServer(async (request, response) => {
    const { Entries } = JSON.parse(await text(request)) as {
      Entries: { Id: string; MessageBody: string }[]
    }
    batches.push(Entries.map(({ MessageBody }) => MessageBody))
    const [first] = Entries
    const Failed = [{ Id: first?.Id, SenderFault: false, Code: 'InternalError' }]
    response.setHeader('content-type', 'application/x-amz-json-1.0')
    response.end(JSON.stringify({ Successful: [], ...(refusesOne && { Failed }) }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    batches,
    target: {
      queueUrl: `http://127.0.0.1:${port}/0/user-deleted`,
      queueVariable: 'USER_DELETED_QUEUE_URL' as const,
      next: '',
      config: { region: 'us-east-1', credentials: { accessKeyId: 'l', secretAccessKey: 'l' } },
    },
    stop: () => server.close(),
  }
}

test('sends many bodies in one call', async () => {
  const sqs = await startSqs(false)
  using queue = openQueue(sqs.target)
  await queue.send(['one', 'two'])
  sqs.stop()

  expect(sqs.batches).toEqual([['one', 'two']])
})

test('is not content where SQS took only some of them', async () => {
  const sqs = await startSqs(true)
  using queue = openQueue(sqs.target)
  const sent = queue.send(['one', 'two'])

  await expect(sent).rejects.toThrow(/^SQS took only 1 of 2 events \(InternalError\); run it again/)
  sqs.stop()
})
