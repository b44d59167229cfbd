import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Attributes } from '../ports/index.ts'
import {
  attributesOf,
  believed,
  carriedAttributes,
  delaySecondsUntil,
  type Envelope,
  readEnvelope,
  unsaid,
  unverifiedEnvelope,
} from './envelope.ts'
import type { Waiting } from './waiting.ts'
import { waitingAttributes, waitingOf } from './waiting-attributes.ts'

const minute = 60_000
const day = 24 * 60 * minute
const now = Date.parse('2026-01-02T03:04:05Z')
const iso = (time: number) => new Date(time).toISOString()
const key = new Uint8Array(32).fill(1)
const body = 'a body'

const messageOf = (attributes: Attributes, sentAt?: number) => ({
  messageId: 'm',
  body,
  attributes,
  sentAt,
})
const read = (attributes: Attributes, sentAt?: number) =>
  readEnvelope(messageOf(attributes, sentAt), [key], now)
const write = (envelope: Envelope, at = now) =>
  attributesOf(envelope, { body, ledgerKey: key, now: at })

const past = fc.integer({ min: now - 14 * day, max: now })

const waitings = fc
  .record<Waiting>(
    {
      cause: fc.constantFrom('deployment', 'ory', 'aws'),
      code: fc.constantFrom('ERR_ORY_API', 'ThrottlingException'),
      deferrals: fc.integer({ min: 1, max: 100_000 }),
      since: past,
      sinceByCause: fc.record({ deployment: past, ory: past, aws: past }, { requiredKeys: [] }),
      until: fc.integer({ min: now, max: now + day }),
      expected: fc.integer({ min: now, max: now + 12 * day }),
      paced: fc.integer({ min: 1, max: 100_000 }),
      leased: fc.integer({ min: 1, max: 100_000 }),
    },
    { requiredKeys: ['cause', 'code', 'deferrals', 'since', 'sinceByCause'] },
  )
  .map(({ paced = 0, leased = 0, ...waiting }) => {
    const inLine = Math.min(paced, waiting.deferrals)
    const forLeases = Math.min(leased, waiting.deferrals - inLine)
    return {
      ...waiting,
      ...(inLine > 0 && { paced: inLine }),
      ...(forLeases > 0 && { leased: forLeases }),
    }
  })

const envelopes = fc.record<Envelope>(
  {
    pass: fc.constantFrom('first', 'follow-up'),
    notBefore: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    eventKey: fc.stringMatching(/^[0-9a-f]{64}$/),
    derived: fc.record({ part: fc.string({ unit: 'binary' }), owner: fc.string() }),
    copies: fc.nat(10_000),
    waiting: waitings,
  },
  { requiredKeys: ['pass', 'copies'] },
)

test('reads back what it wrote', () => {
  fc.assert(
    fc.property(envelopes, (envelope) => {
      expect(read(write(envelope), now)).toEqual({ envelope, isWhole: true })
    }),
  )
})

test('believes no more deferrals for lines than there were in all', () => {
  const said = { cause: 'aws', code: 'X', since: now, sinceByCause: {}, deferrals: 6 } as const
  const readBack = (counts: Pick<Waiting, 'paced' | 'leased'>) => {
    const attributes = waitingAttributes({ ...said, ...counts }, now)
    const { paced, leased } = waitingOf({ attributes, sentAt: now }, now) ?? {}
    return [paced, leased]
  }

  expect(readBack({ paced: 5, leased: 5 })).toEqual([5, 1])
  expect(readBack({ paced: 9, leased: 1 })).toEqual([6, undefined])
  expect(readBack({ leased: 2 })).toEqual([undefined, 2])
})

test('takes no more of the ten attributes that SQS has than leave room for a reason and an id', () => {
  fc.assert(
    fc.property(envelopes, (envelope) => {
      expect(Object.keys(write(envelope)).length).toBeLessThanOrEqual(8)
    }),
  )
})

test('takes a message without attributes for a first pass that is due', () => {
  expect(read({})).toEqual({ envelope: unsaid, isWhole: true })
  expect(read({ publisher: 'accounts' })).toEqual({ envelope: unsaid, isWhole: true })
})

/** The text with one character replaced. */
const flipped = (text: string, at: number, by: string) => {
  const place = at % text.length
  return `${text.slice(0, place)}${by}${text.slice(place + 1)}`
}

const lasting = ['lapse-pass', 'lapse-not-before', 'lapse-event-key', 'lapse-envelope']

test('believes nothing where a character of it, or of the body, is another one', () => {
  const character = fc.stringMatching(/^[ -~]$/)
  fc.assert(
    fc.property(envelopes, fc.nat(), fc.nat(), character, (envelope, which, at, by) => {
      const said = write(envelope)
      const names = ['body', ...Object.keys(said)]
      const name = names[which % names.length] ?? ''
      const message = messageOf(said, now)
      const forged =
        name === 'body'
          ? { ...message, body: flipped(body, at, by) }
          : { ...message, attributes: { ...said, [name]: flipped(said[name] ?? '', at, by) } }
      const isSame = name === 'body' ? forged.body === body : forged.attributes[name] === said[name]
      fc.pre(!isSame)
      const found = readEnvelope(forged, [key], now)

      expect(found.isWhole).toBe(false)
      // Of how it waited only what is sealed counts, which is as it was.
      const isLasting = name === 'body' || lasting.includes(name)
      expect(found.envelope).toEqual(isLasting ? unsaid : envelope)
    }),
    { numRuns: 500 },
  )
})

test('a seal can be written in one way only: no bit of its last character is left over', () => {
  const said = write(unsaid)
  const sealed = said['lapse-envelope'] ?? ''
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const others = [...alphabet].filter((character) => !sealed.endsWith(character))

  for (const character of others) {
    const forged = { ...said, 'lapse-envelope': `${sealed.slice(0, -1)}${character}` }
    expect(read(forged, now)).toEqual({ envelope: unsaid, isWhole: false })
  }
})

test('believes nothing where an attribute is gone, or a new one has come', () => {
  fc.assert(
    fc.property(envelopes, fc.nat(), (envelope, which) => {
      const said = write(envelope)
      const names = Object.keys(said)
      const { [names[which % names.length] ?? '']: _, ...rest } = said

      expect(read(rest, now).isWhole).toBe(false)
    }),
  )
  expect(read({ ...write(unsaid), 'lapse-not-before': iso(now) })).toEqual({
    envelope: unsaid,
    isWhole: false,
  })
})

test.each([
  { 'lapse-pass': 'follow-up' },
  { 'lapse-not-before': '9999-01-01T00:00:00Z' },
  { 'lapse-event-key': '0'.repeat(64) },
  { 'lapse-deferrals': '1', 'lapse-deferred-since': '2020-01-01T00:00:00Z' },
  { 'lapse-waiting': `for=ory;ory=${iso(now - 11 * day)};sent=${iso(now)}` },
  { 'lapse-envelope': 'x' },
  {
    'lapse-envelope': `${Buffer.from('{"attributes":{}}').toString('base64url')}.${'A'.repeat(43)}`,
  },
])('takes %j for never said, and says so', (attributes) => {
  expect(read(attributes)).toEqual({ envelope: unsaid, isWhole: false })
})

test('reads what was sealed under the key before, and under no other', () => {
  const said = write({ pass: 'follow-up', copies: 3 })
  const under = (...keys: readonly number[]) =>
    readEnvelope(
      messageOf(said),
      keys.map((fill) => new Uint8Array(32).fill(fill)),
      now,
    ).envelope

  expect(under(2, 1)).toEqual({ pass: 'follow-up', copies: 3 })
  expect(under(2, 3)).toEqual(unsaid)
})

const waiting: Waiting = {
  cause: 'ory',
  code: 'ERR_ORY_API',
  deferrals: 3,
  since: now - 3 * day,
  sinceByCause: { ory: now - 2 * day, aws: now - 3 * day },
}

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
])('does not go by a wait that nobody can verify where %s is %j', (name, text) => {
  const { [name]: before, ...rest } = write({ ...unsaid, waiting })
  const unverified = (attributes: Attributes) =>
    unverifiedEnvelope(messageOf(attributes), now).waiting

  expect(unverified({ ...rest, [name]: String(before) })).toEqual(waiting)
  expect(unverified(text === undefined ? rest : { ...rest, [name]: text })).toBeUndefined()
})

test('goes on counting from where its seal says that it waited, where a copy was made without the key', () => {
  const said = write({ pass: 'follow-up', notBefore: now, copies: 2, waiting })
  const later = { ...waiting, deferrals: 4, cause: 'aws' as const }
  const carried = carriedAttributes(messageOf(said), later, now)

  expect(unverifiedEnvelope(messageOf(carried), now).waiting).toEqual(later)
  expect(read(carried)).toEqual({
    envelope: { pass: 'follow-up', notBefore: now, copies: 2, waiting },
    isWhole: false,
  })
})

test('takes a time that another clock says is a little ahead for now', () => {
  const sent = write({ ...unsaid, waiting: { ...waiting, since: now + minute } })

  expect(read(sent).envelope.waiting?.since).toBe(now)
})

test('believes no wait that Ory cannot have asked for', () => {
  const asked = (until: number) =>
    read(write({ ...unsaid, waiting: { ...waiting, until } })).envelope.waiting?.until

  expect(asked(now + day)).toBe(now + day)
  expect(asked(now + 2 * day)).toBeUndefined()
})

test('begins anew where somebody sends a message back that lapse had given up', () => {
  const letter = { ...write({ pass: 'follow-up', copies: 9, waiting }), 'lapse-reason': 'any' }

  expect(read(letter).envelope).toEqual({ pass: 'follow-up', copies: 0 })
  expect(unverifiedEnvelope(messageOf(letter), now).waiting).toBeUndefined()
})

test('begins anew where SQS itself had moved a message, which then has a newer time than its copy', () => {
  const sent = write({ ...unsaid, waiting }, now - day)
  const waitingIf = (sentAt: number) => read(sent, sentAt).envelope.waiting

  expect(waitingIf(now - day + minute)).toEqual(waiting)
  expect(waitingIf(now - 2 * day)).toEqual(waiting)
  expect(waitingIf(now - minute)).toBeUndefined()
})

const followUp = {
  pass: 'follow-up',
  notBefore: now + 31 * minute,
  eventKey: 'k',
  copies: 1,
} as const

test('believes in a follow-up only where there is one', () => {
  expect(believed(followUp, undefined, now)).toEqual({ pass: 'first', copies: 1 })
  expect(believed(followUp, 31 * minute, now)).toEqual(followUp)
})

test('lets nothing delay a first pass', () => {
  expect(believed({ ...followUp, pass: 'first' }, 31 * minute, now)).toEqual({
    pass: 'first',
    copies: 1,
  })
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

test('keeps the time of a message whose copy was made later than its seal, and without the ledger key', () => {
  const sealedAt = now - 20 * minute
  const began = { ...waiting, since: now - 2 * day, until: undefined }
  const sealed = write({ ...unsaid, waiting: began }, sealedAt)
  const carried = carriedAttributes(messageOf(sealed), { ...began, deferrals: 9 }, now - minute)

  expect(read(carried, now - minute).envelope.waiting?.since).toBe(now - 2 * day)
  expect(read(sealed, now - minute).envelope.waiting).toBeUndefined()
})
