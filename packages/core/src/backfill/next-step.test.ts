import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bounds, nextStep, type Standing } from './next-step.ts'

const bounds: Bounds = { trial: 20, atOnce: 1000, patienceMs: 900_000, longPatienceMs: 86_400_000 }
const begun: Standing = { total: 5000, approved: 0, sent: 0, open: 0, waitedMs: 0 }
const approved = { ...begun, approved: 5000 }

test.each<[string, Standing, ReturnType<typeof nextStep>]>([
  ['a new file', begun, { does: 'send', atMost: 10 }],
  ['a file of three', { ...begun, total: 3 }, { does: 'send', atMost: 3 }],
  ['a trial on its way', { ...begun, sent: 20, open: 4 }, { does: 'await-receipts' }],
  ['a trial that is done', { ...begun, sent: 20 }, { does: 'approve' }],
  [
    'a trial that nobody answers',
    { ...begun, sent: 20, open: 20, waitedMs: 900_000 },
    { does: 'approve' },
  ],
  ['a file that is all trial', { ...begun, total: 20, sent: 20 }, { does: 'end' }],
  ['an approved file', { ...approved, sent: 20 }, { does: 'send', atMost: 10 }],
  ['nearly as many as may be', { ...approved, sent: 1500, open: 997 }, { does: 'send', atMost: 3 }],
  ['as many as may be', { ...approved, sent: 1500, open: 1000 }, { does: 'await-receipts' }],
  [
    'as many as may be, for an hour',
    { ...approved, sent: 1500, open: 1000, waitedMs: 3_600_000 },
    { does: 'await-receipts' },
  ],
  [
    'as many as may be, for a day',
    { ...approved, sent: 1500, open: 1000, waitedMs: 86_400_000 },
    { does: 'stall' },
  ],
  ['the last ones on their way', { ...approved, sent: 5000, open: 7 }, { does: 'await-receipts' }],
  [
    'the last ones, for an hour',
    { ...approved, sent: 5000, open: 7, waitedMs: 3_600_000 },
    { does: 'end' },
  ],
  ['everything done', { ...approved, sent: 5000 }, { does: 'end' }],
  ['more lines than were approved of', { ...begun, approved: 100, sent: 100 }, { does: 'approve' }],
  ['an empty file', { ...begun, total: 0 }, { does: 'end' }],
])('knows what to do with %s', (_name, standing, step) => {
  expect(nextStep(standing, bounds)).toEqual(step)
})

test('never sends more than are counted, approved of, or may be without a receipt', () => {
  const number = fc.nat({ max: 3000 })
  const standing = fc.record({
    total: number,
    approved: number,
    sent: number,
    open: number,
    waitedMs: fc.nat({ max: 100_000_000 }),
  })
  fc.assert(
    fc.property(standing, (its) => {
      const step = nextStep(its, bounds)
      if (step.does !== 'send') return
      expect(step.atMost).toBeGreaterThan(0)
      expect(its.sent + step.atMost).toBeLessThanOrEqual(its.total)
      expect(its.open + step.atMost).toBeLessThanOrEqual(bounds.atOnce)
      if (its.approved < its.total) expect(its.sent + step.atMost).toBeLessThanOrEqual(bounds.trial)
    }),
  )
})
