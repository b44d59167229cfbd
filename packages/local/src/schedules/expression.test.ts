import { expect, test } from 'vitest'
import { ScheduleExpressionError } from '../errors.ts'
import { parseScheduleExpression } from './expression.ts'

const NEW_YEAR = Date.UTC(2030, 0, 1)

const times = (expression: string, count: number): readonly string[] => {
  const timetable = parseScheduleExpression(expression)
  const found: number[] = []
  while (found.length < count) {
    const next = timetable.next(found.at(-1) ?? NEW_YEAR)
    if (next === undefined) break
    found.push(next)
  }
  return found.map((time) => new Date(time).toISOString().slice(0, 16))
}

test.each([
  ['rate(1 minute)', ['2030-01-01T00:01', '2030-01-01T00:02']],
  ['rate(15 minutes)', ['2030-01-01T00:15', '2030-01-01T00:30']],
  ['rate(4 hours)', ['2030-01-01T04:00', '2030-01-01T08:00']],
  ['rate(10 days)', ['2030-01-11T00:00', '2030-01-21T00:00']],
  ['cron(0/20 * * * ? *)', ['2030-01-01T00:20', '2030-01-01T00:40', '2030-01-01T01:00']],
  ['cron(0 8/8 * * ? *)', ['2030-01-01T08:00', '2030-01-01T16:00', '2030-01-02T08:00']],
  ['cron(0 8 1/7 * ? *)', ['2030-01-01T08:00', '2030-01-08T08:00']],
  ['cron(15,45 9-10 ? * MON-FRI *)', ['2030-01-01T09:15', '2030-01-01T09:45']],
  ['cron(0 10 ? * 2 *)', ['2030-01-07T10:00', '2030-01-14T10:00']],
  ['cron(0 10 ? * 2-3 *)', ['2030-01-01T10:00', '2030-01-07T10:00']],
  ['cron(0 10 ? * 1 *)', ['2030-01-06T10:00', '2030-01-13T10:00']],
  ['cron(0 10 ? * L *)', ['2030-01-05T10:00', '2030-01-12T10:00']],
  ['cron(0 10 ? * 6L *)', ['2030-01-25T10:00', '2030-02-22T10:00']],
  ['cron(0 10 ? * 6#2 *)', ['2030-01-11T10:00', '2030-02-08T10:00']],
  ['cron(0 0 ? * SUN#1 *)', ['2030-01-06T00:00', '2030-02-03T00:00']],
  ['cron(0 16 L * ? *)', ['2030-01-31T16:00', '2030-02-28T16:00']],
  ['cron(0 10 16W * ? *)', ['2030-01-16T10:00', '2030-02-15T10:00']],
  ['cron(0 0 1 1 ? 2031/2)', ['2031-01-01T00:00', '2033-01-01T00:00']],
  ['at(2030-01-01T10:00:00)', ['2030-01-01T10:00']],
])('reads %s as EventBridge does', (expression, expected) => {
  expect(times(expression, expected.length)).toEqual(expected)
})

test.each(['at(2030-01-01T10:00:00)', 'at(2029-12-31T10:00:00)', 'cron(0 0 1 1 ? 2029)'])(
  'knows that %s is over',
  (expression) => {
    expect(parseScheduleExpression(expression).next(Date.UTC(2030, 0, 1, 10))).toBeUndefined()
  },
)

test.each([
  '',
  'hourly',
  'rate(0 minutes)',
  'rate(5 seconds)',
  'rate(minute)',
  'Rate(1 day)',
  'rate(1 day) ',
  'cron(* * * * * *)',
  'cron(0 0 ? * ? *)',
  'cron(0 0 * * ?)',
  'cron(0 0 * * ? * *)',
  'cron(61 0 * * ? *)',
  'cron(0 0 * FOO ? *)',
  'at(2030-13-01T10:00:00)',
  'at(2030-01-01)',
])('refuses %j', (expression) => {
  expect(() => parseScheduleExpression(expression)).toThrow(ScheduleExpressionError)
})
