import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventError } from '../errors.ts'
import { memoryWorker, stillWorkflow } from '../testing/index.ts'
import { deliver } from './deliver.ts'
import { attributesOf, type Envelope, readEnvelope, sealName, unsaid } from './envelope.ts'
import { mostAttributes, timesRedriven, withinLimit } from './redriven.ts'

const now = Date.parse('2026-01-02T03:04:05Z')
const key = new Uint8Array(32)
const day = 24 * 60 * 60_000
const body = 'alice'

const waiting = {
  cause: 'ory',
  code: 'ERR_ORY_API',
  deferrals: 900,
  since: now - 11 * day,
  sinceByCause: { ory: now - 11 * day },
} as const
const followUp: Envelope = {
  pass: 'follow-up',
  notBefore: now,
  eventKey: 'a'.repeat(64),
  copies: 900,
  waiting,
}

const write = (envelope: Envelope) => attributesOf(envelope, { body, ledgerKey: key, now })
const read = (attributes: Readonly<Record<string, string>>) =>
  readEnvelope({ messageId: 'm', body, attributes, sentAt: now }, [key], now)

test('a redriven message has its time and its copies anew, whoever had moved it to the DLQ', () => {
  const { envelope, isWhole } = read({ ...write(followUp), 'lapse-redriven': '1' })

  expect(envelope).toMatchObject({ pass: 'follow-up', eventKey: 'a'.repeat(64), copies: 0 })
  expect(envelope.waiting).toBeUndefined()
  expect(isWhole).toBe(true)
})

test('a copy of a redriven message says so under its seal, and waits as any other', () => {
  const copy = write({ ...followUp, redriven: 2 })

  expect(copy['lapse-redriven']).toBeUndefined()
  expect(timesRedriven(copy, copy[sealName])).toBe(2)
  expect(read(copy).envelope).toMatchObject({ redriven: 2, copies: 900, waiting })
  expect(read({ ...copy, 'lapse-redriven': '2' }).envelope).toMatchObject({ waiting })
  expect(read({ ...copy, 'lapse-redriven': '3' }).envelope).toMatchObject({
    redriven: 3,
    copies: 0,
  })
})

test('what was never sealed keeps its count through its copies', async () => {
  const { worker, outbox, clock } = memoryWorker(stillWorkflow(() => Promise.reject(tooLate)))
  const attributes = { 'lapse-redriven': '1' }
  await deliver({ messageId: 'm', body, attributes }, { deadline: clock.now() + 1000 }, worker)
  const [copy] = outbox.sent

  expect(timesRedriven(copy?.attributes ?? {}, copy?.attributes[sealName])).toBe(1)
})

test.each(['', '0', '-1', '1.5', '1e3', 'many', '1234567'])(
  'counts nothing where %j is said',
  (text) => {
    expect(timesRedriven({ 'lapse-redriven': text })).toBe(0)
  },
)

test.each(['', 'x', 'e30.x', `${Buffer.from('{"redriven":"2"}').toString('base64url')}.x`])(
  'counts nothing where %j is the seal',
  (seal) => {
    expect(timesRedriven({}, seal)).toBe(0)
  },
)

test('a follow-up that waited stays one through the DLQ and back, with all that its seal needs', () => {
  const letter = { ...write(followUp), 'lapse-reason': 'r', 'lapse-message-id': 'm' }
  const sent = withinLimit(Object.entries({ ...letter, 'lapse-redriven': '1' }))

  expect(sent).toHaveLength(mostAttributes)
  expect(read(Object.fromEntries(sent))).toMatchObject({
    envelope: { pass: 'follow-up', notBefore: now, eventKey: 'a'.repeat(64), copies: 0 },
    isWhole: true,
  })
})

test('one that SQS had moved is on the DLQ again, whole, when it is refused after its redrive', async () => {
  const { worker, outbox, clock } = memoryWorker(stillWorkflow())
  const attributes = { ...write(followUp), 'lapse-redriven': '1' }
  const parse = () => {
    throw new EventError('not-json')
  }
  const allowance = { deadline: clock.now() + 1000 }
  await deliver({ messageId: 'm', body, attributes }, allowance, { ...worker, parse })
  const [letter] = outbox.deadLetters

  expect(Object.keys(letter?.attributes ?? {})).toHaveLength(mostAttributes)
  expect(letter?.attributes).toMatchObject({ 'lapse-reason': 'not-json', 'lapse-redriven': '1' })
  expect(read(letter?.attributes ?? {}).envelope).toMatchObject({ pass: 'follow-up' })
})

test('never more attributes than SQS takes, and none of ours before all of the publisher’s', () => {
  const names = fc.uniqueArray(
    fc.oneof(fc.stringMatching(/^[a-k]$/), fc.constantFrom(...Object.keys(write(followUp)))),
    { maxLength: 19 },
  )
  fc.assert(
    fc.property(names, (all) => {
      const kept = withinLimit(all.map((name) => [name, 'x'] as const)).map(([name]) => name)
      const gone = all.filter((name) => !kept.includes(name))

      expect(kept).toHaveLength(Math.min(all.length, mostAttributes))
      expect(all.filter((name) => kept.includes(name))).toEqual(kept)
      if (gone.some((name) => name.startsWith('lapse-')))
        expect(kept.every((name) => name.startsWith('lapse-'))).toBe(true)
    }),
  )
})

test('says nothing of redrives where there were none', () => {
  expect(read(write(unsaid)).envelope).toEqual({ pass: 'first', copies: 0 })
})

const tooLate = Object.assign(new Error('m'), { name: 'ThrottlingException', $metadata: {} })
