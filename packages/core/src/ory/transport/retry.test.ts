import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  OryApiError,
  OryArgumentError,
  OryConfigurationError,
  OryTransportError,
} from '../../errors.ts'
import { defaultRetry, delayMs, maySendAgain } from './retry.ts'

test('doubles the most it waits, up to a cap', () => {
  const waits = [1, 2, 3, 7, 20].map((failed) => delayMs(defaultRetry, failed, undefined, () => 1))

  expect(waits).toEqual([500, 1000, 2000, 30_000, 30_000])
})

test('never waits less than its floor nor less than the server asks, and adds nothing to that', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const asked = fc.option(fc.nat({ max: 100_000 }), { nil: undefined })
  fc.assert(
    fc.property(random, fc.integer({ min: 1, max: 30 }), asked, (number, failed, askedMs) => {
      const ms = delayMs(defaultRetry, failed, askedMs, () => number)
      expect(ms).toBeGreaterThanOrEqual(Math.max(defaultRetry.floorMs, askedMs ?? 0))
      expect(ms).toBeLessThanOrEqual(Math.max(defaultRetry.capMs, askedMs ?? 0))
      if (askedMs !== undefined && askedMs > defaultRetry.capMs) expect(ms).toBe(askedMs)
    }),
  )
})

const answered = (retryable: boolean) => new OryApiError('x', { status: 503, body: {}, retryable })
const lost = (reason: OryTransportError['reason'], mayHaveRun: boolean) =>
  new OryTransportError('x', { reason, mayHaveRun, message: 'm' })

test.each([
  ['a passing error', answered(true), true, false],
  ['a lasting error', answered(false), false, false],
  ['an answer that was lost', lost('reset', true), true, false],
  ['a request that was never written', lost('connect', false), true, true],
  ['a failure of unknown kind', lost('unknown', false), false, false],
  ['a refused key', new OryConfigurationError('x', 'unauthorized', 'm'), false, false],
  [
    'a resolver that was busy',
    new OryConfigurationError('x', 'dns', 'm', { temporary: true }),
    true,
    true,
  ],
  ['an argument of ours', new OryArgumentError('x', 'id', 'is missing'), false, false],
])('knows whether to send again after %s', (_, error, repeatable, unrepeatable) => {
  expect(maySendAgain(error, true)).toBe(repeatable)
  expect(maySendAgain(error, false)).toBe(unrepeatable)
})
