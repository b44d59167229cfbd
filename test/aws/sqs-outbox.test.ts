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
