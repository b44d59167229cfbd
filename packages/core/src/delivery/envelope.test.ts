import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Attributes } from '../ports/index.ts'
import {
  attributesOf,
  believed,
  delaySecondsUntil,
  type Envelope,
  readEnvelope,
} from './envelope.ts'
import type { Waiting } from './waiting.ts'

const minute = 60_000
const day = 24 * 60 * minute
const now = Date.parse('2026-01-02T03:04:05Z')
const iso = (time: number) => new Date(time).toISOString()

const read = (attributes: Attributes, sentAt?: number) =>
  readEnvelope({ messageId: 'm', body: '', attributes, sentAt }, now)

const past = fc.integer({ min: now - 14 * day, max: now })

const waitings = fc.record<Waiting>(
  {
    cause: fc.constantFrom('deployment', 'ory', 'aws'),
    code: fc.constantFrom('ERR_ORY_API', 'ThrottlingException'),
    deferrals: fc.integer({ min: 1, max: 100_000 }),
    since: past,
    sinceByCause: fc.record({ deployment: past, ory: past, aws: past }, { requiredKeys: [] }),
    until: fc.integer({ min: now, max: now + day }),
  },
  { requiredKeys: ['cause', 'code', 'deferrals', 'since', 'sinceByCause'] },
)

const envelopes = fc.record<Envelope>(
  {
    pass: fc.constantFrom('first', 'follow-up'),
    notBefore: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    eventKey: fc.stringMatching(/^[0-9a-f]{64}$/),
    waiting: waitings,
  },
  { requiredKeys: ['pass'] },
)

test('reads back what it wrote', () => {
  fc.assert(
    fc.property(envelopes, (envelope) => {
      expect(read(attributesOf(envelope, now), now)).toEqual(envelope)
    }),
  )
})

test('takes no more of the ten attributes that SQS has than leave room for a reason and an id', () => {
  fc.assert(
    fc.property(envelopes, (envelope) => {
      expect(Object.keys(attributesOf(envelope, now)).length).toBeLessThanOrEqual(8)
    }),
  )
})

test('takes a message without attributes for a first pass that is due', () => {
  expect(read({})).toEqual({ pass: 'first' })
})

const waiting: Waiting = {
  cause: 'ory',
  code: 'ERR_ORY_API',
  deferrals: 3,
  since: now - 3 * day,
  sinceByCause: { ory: now - 2 * day, aws: now - 3 * day },
}

test('takes what it cannot read for never said', () => {
  const said = attributesOf({ pass: 'follow-up', notBefore: now, waiting }, now)

  expect(read({ 'lapse-pass': 'third' })).toEqual({ pass: 'first' })
  for (const text of ['', 'soon', '1', '-4', 'Infinity', '2026-13-01T00:00:00Z'])
    expect(read({ ...said, 'lapse-not-before': text }).notBefore).toBeUndefined()
  for (const text of ['', '../x', 'A'.repeat(64), '0'.repeat(63)])
    expect(read({ 'lapse-event-key': text }).eventKey).toBeUndefined()
})

test.each([
  ['lapse-waiting', undefined],
  ['lapse-waiting', ''],
  ['lapse-waiting', 'for=weather;sent=2026-01-02T03:04:05Z'],
  ['lapse-waiting', 'for=ory;sent=soon'],
  ['lapse-waiting', `for=ory;sent=${iso(now + day)}`],
  ['lapse-deferrals', undefined],
  ['lapse-deferrals', '-4'],
  ['lapse-deferrals', '0'],
  ['lapse-deferrals', 'NaN'],
  ['lapse-deferrals', '1e3'],
  ['lapse-deferrals', '9'.repeat(20)],
  ['lapse-deferred-since', undefined],
  ['lapse-deferred-since', ''],
  ['lapse-deferred-since', iso(now + day)],
])('does not believe that a message waited where %s is %j', (name, text) => {
  const { [name]: before, ...rest } = attributesOf({ pass: 'first', waiting }, now)

  expect(read({ ...rest, [name]: String(before) }).waiting).toEqual(waiting)
  expect(read(text === undefined ? rest : { ...rest, [name]: text }).waiting).toBeUndefined()
})

test('takes a time that another clock says is a little ahead for now', () => {
  const sent = attributesOf({ pass: 'first', waiting: { ...waiting, since: now + minute } }, now)

  expect(read(sent).waiting?.since).toBe(now)
})

test('believes no wait that Ory cannot have asked for', () => {
  const asked = (until: number) =>
    read(attributesOf({ pass: 'first', waiting: { ...waiting, until } }, now)).waiting?.until

  expect(asked(now + day)).toBe(now + day)
  expect(asked(now + 2 * day)).toBeUndefined()
})

test('begins anew where somebody sends a message back that lapse had given up', () => {
  const letter = { ...attributesOf({ pass: 'follow-up', waiting }, now), 'lapse-reason': 'any' }

  expect(read(letter)).toEqual({ pass: 'follow-up' })
})

test('begins anew where SQS itself had moved a message, which then has a newer time than its copy', () => {
  const sent = attributesOf({ pass: 'first', waiting }, now - day)

  expect(read(sent, now - day + minute).waiting).toEqual(waiting)
  expect(read(sent, now - 2 * day).waiting).toEqual(waiting)
  expect(read(sent, now - minute).waiting).toBeUndefined()
})

const followUp = { pass: 'follow-up', notBefore: now + 31 * minute, eventKey: 'k' } as const

test('believes in a follow-up only where there is one', () => {
  expect(believed(followUp, undefined, now)).toEqual({ pass: 'first' })
  expect(believed(followUp, 31 * minute, now)).toEqual(followUp)
})

test('lets nobody delay a first pass', () => {
  expect(believed({ ...followUp, pass: 'first' }, 31 * minute, now)).toEqual({ pass: 'first' })
})

test('believes no follow-up to be further away than it can be', () => {
  const notBefore = (minutes: number, followUpAfter: number) =>
    believed({ ...followUp, notBefore: now + minutes * minute }, followUpAfter * minute, now)
      .notBefore

  expect(notBefore(75, 31)).toBe(now + 75 * minute)
  expect(notBefore(76, 31)).toBeUndefined()
  expect(notBefore(76, 1441)).toBe(now + 76 * minute)
})

const time = fc.integer({ min: 0, max: 4_000_000_000_000 })

test('never delays for longer than a queue can, nor ends a delay early', () => {
  fc.assert(
    fc.property(time, fc.integer({ min: -10_000, max: 10_000_000 }), (from, ahead) => {
      const seconds = delaySecondsUntil(from + ahead, from)

      expect(Number.isInteger(seconds)).toBe(true)
      expect(seconds).toBeGreaterThanOrEqual(0)
      expect(seconds).toBeLessThanOrEqual(900)
      expect(seconds * 1000).toBeGreaterThanOrEqual(Math.min(ahead, 900_000))
    }),
  )
})
