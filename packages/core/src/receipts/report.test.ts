import fc from 'fast-check'
import { expect, test } from 'vitest'
import { appReceipt, rotationReceipt, userReceipt } from '../testing/example-receipts.ts'
import { durations } from './durations.ts'
import { newReport } from './report.ts'
import type { SomeReceipt } from './some-receipt.ts'

const at = (time: string) => Date.parse(`2026-01-02T${time}Z`)
const reported = (receipts: readonly SomeReceipt[], now = at('12:05:00')) => {
  const report = newReport({
    from: at('00:00:00'),
    to: at('23:00:00'),
    now,
    keptSince: at('01:00:00'),
  })
  for (const receipt of receipts) report.add(receipt)
  return report
}
const second = userReceipt({
  pass: 'follow-up',
  closed_at: '2026-01-02T12:35:41.000Z',
  before: { consent_sessions: 0 },
  may_still_work: [],
  steps: [],
  follow_up_not_before: null,
})

test('counts events by workflow, how many were seen gone, and how long it took', () => {
  const superseded = appReceipt({ result: 'superseded', steps: [] })
  const moot = appReceipt({ workflow: 'dead-letter', result: 'moot', steps: [] })
  const receipts = [userReceipt(), second, appReceipt(), superseded, moot]
  const figures = reported(receipts).figures()

  expect(figures).toMatchObject({
    from: '2026-01-02T00:00:00.000Z',
    to: '2026-01-02T23:00:00.000Z',
    at: '2026-01-02T12:05:00.000Z',
    kept_since: '2026-01-02T01:00:00.000Z',
    receipts: 5,
    workflows: [
      { workflow: 'app-offboarded', events: 2, done: 1, superseded: 1, seen_gone: 1 },
      { workflow: 'dead-letter', events: 1, done: 0, superseded: 0, moot: 1, seen_gone: 0 },
      {
        workflow: 'user-deleted',
        events: 1,
        done: 1,
        seen_gone: 1,
        event_to_observed: { count: 1, median: 1500, p95: 1500, longest: 1500 },
      },
    ],
  })
})

test('goes by what a receipt says of how long it took, and counts only what was seen gone', () => {
  const accepted = userReceipt({ steps: [] })
  const { workflows } = reported([userReceipt({ observed_after_ms: 700 }), accepted]).figures()

  expect(workflows).toMatchObject([
    { done: 2, seen_gone: 1, event_to_observed: { count: 1, median: 700 } },
  ])
})

test('tells what may still work, by event and not by receipt, as the latest pass says it', () => {
  const jwt = (until: string) => ({ what: 'JWT access tokens', until, why: '' })
  const first = userReceipt({ may_still_work: [jwt('2026-01-02T13:04:31.000Z')] })
  const later = { ...second, may_still_work: [jwt('2026-01-02T13:35:41.000Z')] }
  const other = (key: string, until: string) =>
    userReceipt({ event: { ...first.event, key }, may_still_work: [jwt(until)] })

  expect(reported([first, later]).figures().may_still_work).toEqual([
    { what: 'JWT access tokens', events: 1, until: '2026-01-02T13:35:41.000Z' },
  ])
  expect(
    reported([first, other('b', '2026-01-02T13:30:00.000Z')]).figures().may_still_work,
  ).toEqual([{ what: 'JWT access tokens', events: 2, until: '2026-01-02T13:30:00.000Z' }])
  expect(reported([first], at('13:04:31')).figures().may_still_work).toEqual([])
})

test('what works until somebody ends it has no latest end', () => {
  const { may_still_work } = reported([userReceipt(), userReceipt()]).figures()

  expect(may_still_work.find(({ what }) => what.startsWith('trusted'))?.until).toBeNull()
})

test('asks for the passes that were announced, and tells which are late', () => {
  const passId = `user-deleted#${'ab'.repeat(32)}#follow-up`
  const report = reported([userReceipt()], at('14:35:32'))

  expect(report.missing()).toMatchObject([{ passId, eventId: 'event-1' }])
  expect(report.figures().open).toEqual({
    passes_due: 0,
    passes_late: 1,
    not_closed: 0,
    examples: ['event-1'],
  })
  expect(reported([userReceipt()]).figures().open).toMatchObject({ passes_due: 1, passes_late: 0 })

  report.addLate(second)
  expect(report.missing()).toEqual([])
  expect(report.figures()).toMatchObject({ receipts: 1, open: { passes_late: 0 } })
})

test('counts what was about to be closed and is not, unless a later attempt has closed it', () => {
  const report = reported([])
  const passId = `user-deleted#${'ab'.repeat(32)}#first`
  report.addNotClosed({ passId, eventId: 'event-1' })
  expect(report.figures().open).toMatchObject({ not_closed: 1, examples: ['event-1'] })

  report.add(userReceipt())
  expect(report.figures().open).toMatchObject({ not_closed: 0, examples: [] })
})

test('keeps nothing of events that are settled', () => {
  const report = reported([])
  for (let index = 0; index < 1000; index += 1) {
    const event = { ...second.event, key: `k${index}` }
    report.add(userReceipt({ event }))
    report.add({ ...second, event })
  }
  for (const pass of ['rotate', 'repair', 'retire']) report.add(rotationReceipt(pass))

  expect(report.missing()).toEqual([])
})

test('counts who was not told, who was let in again, and what nobody looked at', () => {
  const receipt = userReceipt({
    before: { consent_sessions: 2, login_sessions: 2, grants_newer_than_event: 1 },
    after: {},
  })

  expect(reported([receipt]).figures()).toMatchObject({
    sessions_not_told: 2,
    events_with_newer_grants: 1,
    receipts_without_look: 1,
  })
})

test('misses no look of a rollback, which tries credentials and reads no list', () => {
  const receipt = rotationReceipt('rollback', { before: {}, after: {} })

  expect(reported([receipt]).figures()).toMatchObject({ receipts_without_look: 0 })
})

test('takes nobody for seen gone whose consents could not be looked at, whatever else was', () => {
  const receipt = userReceipt({
    after: { identity_sessions: 0 },
    unseen_after: ['consent_sessions'],
  })
  const { workflows, receipts_without_look } = reported([receipt]).figures()

  expect(workflows).toMatchObject([{ done: 1, seen_gone: 0, event_to_observed: null }])
  expect(receipts_without_look).toBe(1)
})

test('a figure is never better than what was measured, and by a tenth at most worse', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 1e10 }), { minLength: 1 }), (times) => {
      const counted = durations()
      for (const time of times) counted.add(time)
      const sorted = times.toSorted((one, other) => one - other)
      const rank = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0
      const figures = counted.figures()
      expect(figures?.count).toBe(times.length)
      for (const [figure = 0, exact] of [
        [figures?.median, rank(0.5)],
        [figures?.p95, rank(0.95)],
        [figures?.longest, rank(1)],
      ] as const) {
        expect(figure).toBeGreaterThanOrEqual(exact)
        expect(figure).toBeLessThanOrEqual(Math.ceil(exact * 1.1))
      }
    }),
  )
})
