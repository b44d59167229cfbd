import { ScheduleExpressionError } from '../../errors.ts'
import { parseScheduleExpression, type Timetable } from '../../schedules/expression.ts'
import { SecretsManagerError } from '../errors.ts'
import { type Input, optionalNumber, optionalObject, optionalString } from '../input.ts'

/** When a secret is rotated by itself, as it travels; without any rule that is never. */
export interface RotationRules {
  readonly AutomaticallyAfterDays?: number | undefined
  /** How long a rotation window lasts: kept, but a rotation here begins as its window opens. */
  readonly Duration?: string | undefined
  readonly ScheduleExpression?: string | undefined
}

const DAY_MS = 86_400_000
const SHORTEST_RATE_MS = 4 * 3_600_000

/** Reads the rules in a call's body, if it has any. */
export function readRules(input: Input): RotationRules | undefined {
  const given = optionalObject(input, 'RotationRules')
  if (given === undefined) return undefined
  const rules: RotationRules = {
    AutomaticallyAfterDays: optionalNumber(given, 'AutomaticallyAfterDays'),
    Duration: optionalString(given, 'Duration'),
    ScheduleExpression: optionalString(given, 'ScheduleExpression'),
  }
  checkRules(rules)
  return rules
}

/** When a secret that was, or might have been, rotated at a time is rotated next. */
export function nextRotation(rules: RotationRules, after: number): number | undefined {
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression } = rules
  if (days !== undefined) return after + days * DAY_MS
  return expression === undefined ? undefined : timetableOf(expression).next(after)
}

function checkRules({
  AutomaticallyAfterDays: days,
  ScheduleExpression: expression,
}: RotationRules) {
  if (days !== undefined && expression !== undefined) {
    throw refused('You can use AutomaticallyAfterDays or ScheduleExpression, but not both.')
  }
  if (days !== undefined && !(Number.isInteger(days) && days >= 1 && days <= 1000)) {
    throw refused('AutomaticallyAfterDays must be from 1 to 1000.')
  }
  if (expression !== undefined) checkExpression(expression)
}

// Windows open on the hour, in every year, and never less than four hours apart.
function checkExpression(expression: string): void {
  const timetable = timetableOf(expression)
  const isRate = /^rate\(\d+ (hour|day)s?\)$/.test(expression)
  const isSlow = isRate && (timetable.next(0) ?? 0) >= SHORTEST_RATE_MS
  if (isSlow || /^cron\(0 .* \*\)$/.test(expression)) return
  throw refused(
    'ScheduleExpression must be a rate() of at least 4 hours, or a cron() on the hour in every year.',
  )
}

function timetableOf(expression: string): Timetable {
  try {
    return parseScheduleExpression(expression)
  } catch (error) {
    throw error instanceof ScheduleExpressionError ? refused(error.message) : error
  }
}

function refused(message: string): SecretsManagerError {
  return new SecretsManagerError('InvalidParameterException', message)
}
