import { Cron } from 'croner'
import { ScheduleExpressionError } from '../errors.ts'

/** When something happens again and again, or once. Times are milliseconds since the epoch. */
export interface Timetable {
  /** The first time after `time`; `undefined` when there is none any more. */
  next(time: number): number | undefined
}

const UNIT_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
}

/**
 * Reads a schedule expression of EventBridge, in UTC: `rate(15 minutes)`, which counts from the time
 * asked about, `cron(0 10 ? * MON-FRI *)` or `at(2030-01-01T10:00:00)`.
 *
 * @throws ScheduleExpressionError for what EventBridge would refuse
 */
export function parseScheduleExpression(expression: string): Timetable {
  const [, kind = '', content = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? []
  const timetable = KINDS[kind]?.(content)
  if (timetable !== undefined) return timetable
  throw new ScheduleExpressionError(expression)
}

const KINDS: Readonly<Record<string, (content: string) => Timetable | undefined>> = {
  rate: (content) => {
    const [, value, unit = ''] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(content) ?? []
    const period = Number(value) * (UNIT_MS[unit] ?? Number.NaN)
    return Number.isNaN(period) ? undefined : { next: (time) => time + period }
  },
  cron: (content) => {
    const cron = readCron(content.split(' '))
    return cron && { next: (time) => cron.nextRun(new Date(time))?.getTime() }
  },
  at: (content) => {
    const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(content) ? Date.parse(`${content}Z`) : NaN
    return Number.isNaN(at) ? undefined : { next: (time) => (at > time ? at : undefined) }
  },
}

/** Minutes, hours, day of month, month, day of week, year: `?` has to stand for one of both days. */
function readCron(fields: readonly string[]): Cron | undefined {
  const [minutes, hours, dayOfMonth, month, dayOfWeek = '', year, ...more] = fields
  const hasOneDay = (dayOfMonth === '?') !== (dayOfWeek === '?')
  if (year === undefined || more.length > 0 || !hasOneDay) return undefined
  // For croner `?` is the time at which it reads this, and the last day of the week has no name.
  const weekday = dayOfWeek === 'L' ? 'SAT' : dayOfWeek
  const pattern = [0, minutes, hours, dayOfMonth, month, weekday, year].join(' ')
  try {
    return new Cron(pattern.replace('?', '*'), {
      paused: true,
      mode: '7-part',
      timezone: 'UTC',
      // AWS counts the days of the week from Sunday = 1, and lets `0/15` be every quarter.
      alternativeWeekdays: true,
      sloppyRanges: true,
    })
  } catch {
    return undefined
  }
}
