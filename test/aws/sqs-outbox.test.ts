import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { sqsOutbox } from '@lapse/aws/sqs-outbox'
import { deliver } from '@lapse/core/delivery'
import { ConfigError, EventError } from '@lapse/core/errors'
import { memoryWorker, stillWorkflow } from '@lapse/core/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { localAws } from './aws.ts'
import { startLossyProxy } from './lossy-proxy.ts'

const aws = localAws()
let sqs: SQSClient

beforeAll(() => {
  sqs = new SQSClient(aws.config('sqs'))
})

afterAll(() => sqs.destroy())

async function newQueue(name: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }))
  return String(QueueUrl)
}

async function prepared(name: string) {
  const queueUrl = await newQueue(name)
  const dlqUrl = await newQueue(`${name}-dlq`)
  return { outbox: sqsOutbox({ queueUrl, dlqUrl }, aws.config('sqs')), queueUrl, dlqUrl }
}

async function receive(QueueUrl: string) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], WaitTimeSeconds: 2 }),
  )
  return Messages.map(({ Body, MessageAttributes = {} }) => ({
    body: Body,
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
    ),
  }))
}

test('puts a body on the queue byte for byte, with its attributes', async () => {
  const { outbox, queueUrl } = await prepared('bytes')
  const body = ' {"umlaut":"ü",\n"tab":"\t"} '
  await outbox.send({ body, attributes: { 'lapse-pass': 'follow-up' } })

  expect(await receive(queueUrl)).toEqual([{ body, attributes: { 'lapse-pass': 'follow-up' } }])
})

test('puts a dead letter on the DLQ and not on the queue', async () => {
  const { outbox, dlqUrl } = await prepared('dead')
  await outbox.deadLetter({ body: 'x', attributes: { 'lapse-reason': 'not-json' } })

  expect(await receive(dlqUrl)).toEqual([{ body: 'x', attributes: { 'lapse-reason': 'not-json' } }])
})

test('puts many at once on the queue in few requests, each once and with what is its own', async () => {
  const { queueUrl } = await prepared('together')
  const proxy = await startLossyProxy(aws.endpoints.sqs)
  const url = queueUrl.replace(/^http:\/\/[^/]+/, proxy.endpoint)
  const outbox = sqsOutbox(
    { queueUrl: url, dlqUrl: url },
    { ...aws.config('sqs'), endpoint: proxy.endpoint },
  )
  const bodies = Array.from({ length: 25 }, (_, n) => `body ${n}`)
  await Promise.all(bodies.map((body) => outbox.send({ body, attributes: { 'x-body': body } })))
  await proxy.stop()

  expect(proxy.asked.map(({ operation }) => operation)).toEqual(Array(3).fill('SendMessageBatch'))
  const received: Awaited<ReturnType<typeof receive>>[number][] = []
  while (received.length < bodies.length) received.push(...(await receive(queueUrl)))
  expect(
    received.toSorted((a, b) => bodies.indexOf(a.body ?? '') - bodies.indexOf(b.body ?? '')),
  ).toEqual(bodies.map((body) => ({ body, attributes: { 'x-body': body } })))
})

test('of many at once only that fails which the queue refuses', async () => {
  const { outbox, queueUrl } = await prepared('refused')
  const MaximumMessageSize = { MaximumMessageSize: '1024' }
  await sqs.send(
    new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: MaximumMessageSize }),
  )
  const bodies = ['one', 'x'.repeat(2000), 'two']
  const sent = await Promise.allSettled(bodies.map((body) => outbox.send({ body, attributes: {} })))

  expect(sent.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  const received = [...(await receive(queueUrl)), ...(await receive(queueUrl))]
  expect(received.map(({ body }) => body).toSorted()).toEqual(['one', 'two'])
})

test('keeps the last ten attributes, which are ours', async () => {
  const { outbox, dlqUrl } = await prepared('many')
  const foreign = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`f${n}`, `${n}`]))
  await outbox.deadLetter({
    body: 'x',
    attributes: { ...foreign, 'lapse-reason': 'r', 'lapse-message-id': 'm' },
  })
  const [letter] = await receive(dlqUrl)

  expect(Object.keys(letter?.attributes ?? {})).toHaveLength(10)
  expect(letter?.attributes).toMatchObject({ 'lapse-reason': 'r', 'lapse-message-id': 'm' })
})

test('loses no message for a character or an empty value that SQS refuses', async () => {
  const { outbox, dlqUrl } = await prepared('odd')
  await outbox.deadLetter({
    body: 'x',
    attributes: { 'lapse-reason': 'bad\u0001\uFFFEtext ü', empty: '' },
  })

  expect((await receive(dlqUrl))[0]?.attributes).toEqual({
    'lapse-reason': 'bad??text ü',
    empty: '-',
  })
})

test('calls a missing queue what it is: our own mistake', async () => {
  const { outbox } = await prepared('gone')
  const nowhere = sqsOutbox(
    { queueUrl: `${aws.endpoints.sqs}/000000000000/nowhere`, dlqUrl: 'unused' },
    aws.config('sqs'),
  )

  await expect(nowhere.send({ body: 'x', attributes: {} })).rejects.toThrow(ConfigError)
  await outbox.send({ body: 'x', attributes: {} })
})

test('puts a stub on the DLQ for a message that leaves no room for its reason', async () => {
  const { queueUrl, dlqUrl } = await prepared('full')
  await sqs.send(
    new SetQueueAttributesCommand({ QueueUrl: dlqUrl, Attributes: { MaximumMessageSize: '1024' } }),
  )
  const { worker } = memoryWorker(stillWorkflow())
  const parse = () => {
    throw new EventError('not-json')
  }
  const outbox = sqsOutbox({ queueUrl, dlqUrl }, aws.config('sqs'))
  const full = { ...worker, parse, outbox }
  const message = { messageId: 'm-1', body: 'x'.repeat(1024), attributes: {}, receiveCount: 1 }

  expect(await deliver(message, { deadline: Number.MAX_SAFE_INTEGER }, full)).toBe('retry')
  const [stub] = await receive(dlqUrl)
  expect(stub?.attributes).toEqual({ 'lapse-reason': 'not-json', 'lapse-message-id': 'm-1' })
  expect(JSON.parse(String(stub?.body))).toMatchObject({ message_id: 'm-1', body_bytes: 1024 })
})
