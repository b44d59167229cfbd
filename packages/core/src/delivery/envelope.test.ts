import fc from 'fast-check'
import { expect, test } from 'vitest'
import { attributesOf, delaySecondsUntil, type Envelope, readEnvelope } from './envelope.ts'

const time = fc.integer({ min: 0, max: 4_000_000_000_000 })

test('reads back what it wrote', () => {
  const envelopes = fc.record<Envelope>(
    {
      pass: fc.constantFrom('first', 'follow-up'),
      notBefore: time,
      deferrals: fc.integer({ min: 1, max: 1000 }),
      deferredSince: time,
    },
    { requiredKeys: ['pass'] },
  )
  fc.assert(
    fc.property(envelopes, (envelope) => {
      expect(readEnvelope(attributesOf(envelope))).toEqual(envelope)
    }),
  )
})

test('takes a message without attributes for a first pass that is due', () => {
  expect(readEnvelope({})).toEqual({ pass: 'first' })
})

test('takes what it cannot read for never said', () => {
  const attributes = {
    'lapse-pass': 'third',
    'lapse-not-before': 'soon',
    'lapse-deferrals': '-4',
    'lapse-deferred-since': '',
  }
  expect(readEnvelope(attributes)).toEqual({ pass: 'first' })
})

test('never delays for longer than a queue can, nor ends a delay early', () => {
  fc.assert(
    fc.property(time, fc.integer({ min: -10_000, max: 10_000_000 }), (now, ahead) => {
      const seconds = delaySecondsUntil(now + ahead, now)

      expect(Number.isInteger(seconds)).toBe(true)
      expect(seconds).toBeGreaterThanOrEqual(0)
      expect(seconds).toBeLessThanOrEqual(900)
      expect(seconds * 1000).toBeGreaterThanOrEqual(Math.min(ahead, 900_000))
    }),
  )
})
