import { expect, test } from 'vitest'
import { UnavailableError } from '../errors.ts'
import type { OutgoingMessage } from '../ports/index.ts'
import { deadLetter } from './dead-letter.ts'

const message = {
  messageId: 'm-1',
  body: 'a body',
  attributes: { publisher: 'accounts' },
  heldSecret: false,
}
const sha256 = '771824de42287642fa0fbe0b568b80cc3290e29b7d3cd6efbc7b1b8eb1037b04'

/** A DLQ that refuses what is longer than a stub, with this error. */
function dlq(refusal?: unknown) {
  const taken: OutgoingMessage[] = []
  const deadLetter = async (copy: OutgoingMessage) => {
    if (refusal !== undefined && copy.body === message.body) throw refusal
    taken.push(copy)
  }
  return { taken, outbox: { deadLetter } }
}

const tooLong = Object.assign(
  new Error('One or more parameters are invalid. Reason: Message must be shorter than 10 bytes.'),
  { name: 'InvalidParameterValue', $metadata: { httpStatusCode: 400 } },
)

test('copies a message as it is, with its reason and id', async () => {
  const { taken, outbox } = dlq()

  expect(await deadLetter(message, 'not-json', { outbox })).toBe('acknowledge')
  expect(taken).toEqual([
    {
      body: 'a body',
      attributes: { publisher: 'accounts', 'lapse-reason': 'not-json', 'lapse-message-id': 'm-1' },
    },
  ])
})

test('names its own attributes last, also those that a message brought along', async () => {
  const { taken, outbox } = dlq()
  const before = { 'lapse-reason': 'old', 'lapse-message-id': 'm-0', 'lapse-pass': 'follow-up' }
  const attributes = { ...before, publisher: 'accounts' }
  await deadLetter({ ...message, attributes }, 'new', { outbox })

  expect(Object.entries(taken[0]?.attributes ?? {})).toEqual([
    ['publisher', 'accounts'],
    ['lapse-pass', 'follow-up'],
    ['lapse-reason', 'new'],
    ['lapse-message-id', 'm-1'],
  ])
})

test.each([
  ['by its name', Object.assign(new Error('m'), { name: 'InvalidParameterValue' })],
  ['by its characters', Object.assign(new Error('m'), { name: 'InvalidMessageContents' })],
  ['by its status', Object.assign(new Error('m'), { $metadata: { httpStatusCode: 413 } })],
  ['as AWS does', tooLong],
])('puts a stub on the DLQ for what it refuses %s, and leaves the original', async (_by, error) => {
  const { taken, outbox } = dlq(error)
  const attributes = { ...message.attributes, 'lapse-pass': 'first' }
  const received = { ...message, attributes }

  expect(await deadLetter(received, 'not-json', { outbox })).toBe('retry')
  expect(taken.map(({ body }) => JSON.parse(body))).toEqual([
    { reason: 'not-json', message_id: 'm-1', body_sha256: sha256, body_bytes: 6 },
  ])
  expect(taken[0]?.attributes).toEqual({
    'lapse-pass': 'first',
    'lapse-reason': 'not-json',
    'lapse-message-id': 'm-1',
  })
})

test('sends a stub with the first and the last receive, and not with every one', async () => {
  const { taken, outbox } = dlq(tooLong)
  for (const receiveCount of [1, 2, 3, 4, 5])
    expect(await deadLetter({ ...message, receiveCount }, `${receiveCount}`, { outbox })).toBe(
      'retry',
    )

  expect(taken.map(({ body }) => JSON.parse(body).reason)).toEqual(['1', '5'])
})

test.each([
  ['is out of reach', new UnavailableError('queue q', 'InternalError')],
  ['is throttled', Object.assign(new Error('m'), { name: 'RequestThrottled' })],
  ['fails otherwise', new Error('m')],
])('says that nothing was sent where the DLQ %s', async (_name, error) => {
  const { taken, outbox } = dlq(error)

  await expect(deadLetter(message, 'x', { outbox })).rejects.toBe(error)
  expect(taken).toEqual([])
})

test('lets an original go that held a secret, where only a stub tells of it', async () => {
  const { taken, outbox } = dlq(tooLong)
  const held = { ...message, heldSecret: true, receiveCount: 3 }

  expect(await deadLetter(held, 'x', { outbox })).toBe('acknowledge')
  expect(taken).toHaveLength(1)
})

test('drops attributes of the publisher, and none of its own, where there are more than SQS takes', async () => {
  const { taken, outbox } = dlq()
  const theirs = Array.from({ length: 10 }, (_, n) => [`a-${n}`, 'x'])
  const attributes = { ...Object.fromEntries(theirs), 'lapse-pass': 'first' }
  await deadLetter({ ...message, attributes }, 'x', { outbox })

  expect(Object.keys(taken[0]?.attributes ?? {})).toEqual([
    ...['a-3', 'a-4', 'a-5', 'a-6', 'a-7', 'a-8', 'a-9'],
    ...['lapse-pass', 'lapse-reason', 'lapse-message-id'],
  ])
})
