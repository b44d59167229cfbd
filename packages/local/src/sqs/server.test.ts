import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { PortTakenError } from '../errors.ts'
import { createQueueWithDlq } from './queues.ts'
import { startSqs } from './server.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

// The endpoint comes from the environment alone, as it does in the functions.
const startWithClient = async () => {
  const sqs = await startSqs()
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', sqs.endpoint)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local')
  const client = new SQSClient({ region: 'us-east-1' })
  onTestFinished(async () => {
    client.destroy()
    await sqs.stop()
  })
  return { sqs, client }
}

test('listens on loopback and hands out queue URLs that reach it', async () => {
  const { sqs, client } = await startWithClient()
  const url = `http://127.0.0.1:${sqs.port}/000000000000/letters`
  const QueueName = 'letters'

  const created = await client.send(new CreateQueueCommand({ QueueName }))
  const found = await client.send(new GetQueueUrlCommand({ QueueName }))
  const listed = await client.send(new ListQueuesCommand({}))

  expect(sqs.endpoint).toBe(`http://127.0.0.1:${sqs.port}`)
  expect(created.QueueUrl).toBe(url)
  expect(found.QueueUrl).toBe(url)
  expect(listed.QueueUrls).toEqual([url])
})

test('delivers a message that speaks of queue URLs as it was sent', async () => {
  const { client } = await startWithClient()
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'letters' }))
  const MessageBody = JSON.stringify({ QueueUrl: 'http://sqs.us-east-1.localhost:1/1/other' })

  await client.send(new SendMessageCommand({ QueueUrl, MessageBody }))
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }))

  expect(Messages?.map(({ Body }) => Body)).toEqual([MessageBody])
})

test('keeps a message for others that went to somebody who waits no longer', async () => {
  const { client } = await startWithClient()
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'letters' }))
  const poll = () => new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })
  const look = () =>
    client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
  const gone = new AbortController()
  const lost = client.send(poll(), { abortSignal: gone.signal }).catch(() => undefined)
  for (let time = 0; time < 5; time += 1) await look()
  gone.abort()
  await lost
  for (let time = 0; time < 5; time += 1) await look()

  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'gone' }))
  const { Messages = [] } = await client.send(poll())

  expect(Messages.map(({ Body }) => Body)).toEqual(['gone'])
})

const everyKind = '\t\n\r\u0020\u007f\u0085\ud7ff\ue000\ufffd\u{10000}\u{1f600}\u{10ffff}'

test('takes every character that SQS takes, alone and in a batch', async () => {
  const { client } = await startWithClient()
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'letters' }))
  const batch = { QueueUrl, Entries: [{ Id: 'a', MessageBody: everyKind }] }

  // The SDK compares what it sent with the digest it is told.
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: everyKind }))
  const { Successful } = await client.send(new SendMessageBatchCommand(batch))
  const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 })
  const { Messages } = await client.send(receive)

  expect(Successful).toHaveLength(1)
  expect(Messages?.map(({ Body }) => Body)).toEqual([everyKind, everyKind])
})

test.each(['\u0000', '\u0008', '\u000b', '\u001f', '\ufffe', '\uffff'])(
  'refuses %j, as SQS does',
  async (character) => {
    const { client } = await startWithClient()
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'letters' }))
    const MessageBody = `emoji \u{1f600} and ${character}`

    await expect(
      client.send(new SendMessageCommand({ QueueUrl, MessageBody })),
    ).rejects.toMatchObject({ name: expect.stringMatching(/InvalidMessageContents$/) })
  },
)

test('creates a queue that redrives to its DLQ, both keeping messages for 14 days', async () => {
  const { client } = await startWithClient()

  const { queue, dlq } = await createQueueWithDlq(client, {
    name: 'user-deleted',
    visibilityTimeoutSeconds: 360,
    maxReceiveCount: 5,
  })

  const attributes = async (QueueUrl: string) =>
    (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })))
      .Attributes
  expect(queue.arn).toBe('arn:aws:sqs:us-east-1:000000000000:user-deleted')
  expect(dlq.name).toBe('user-deleted-dlq')
  expect(await attributes(queue.url)).toMatchObject({
    VisibilityTimeout: '360',
    MessageRetentionPeriod: '1209600',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dlq.arn, maxReceiveCount: 5 }),
  })
  expect(await attributes(dlq.url)).toMatchObject({ MessageRetentionPeriod: '1209600' })
})

test('says which service found its port taken', async () => {
  const { sqs } = await startWithClient()

  const failure = await startSqs({ port: sqs.port }).catch((error: unknown) => error)

  expect(failure).toBeInstanceOf(PortTakenError)
  expect(failure).toMatchObject({ code: 'ERR_PORT_TAKEN', service: 'SQS', port: sqs.port })
  expect(String(failure)).toContain(`Port ${sqs.port} is already in use, so SQS cannot start.`)
})

test('frees its port when it stops', async () => {
  const first = await startSqs()
  await first.stop()
  const second = await startSqs({ port: first.port })
  await second.stop()

  expect(second.port).toBe(first.port)
})
