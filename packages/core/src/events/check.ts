import * as v from 'valibot'
import { EventError } from '../errors.ts'
import { hasToBe } from './has-to-be.ts'
import { reasonOf } from './text.ts'

/**
 * A value as its schema has it.
 * @param at names the value itself, where the schema names no member of it
 * @throws EventError with a reason that names the member at fault, says what it has to be, and never
 * its value
 */
export function check<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  at: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value)
  if (result.success) return result.output

  const [issue] = result.issues
  const path = [at, v.getDotPath(issue) ?? ''].filter((part) => part !== '').join('.')
  const reason = reasonOf(issue.message)
  // Any other message is the library's own, and may hold the value.
  if (reason !== undefined) throw new EventError(`${reason}: ${path} ${issue.message}`)
  const missing = issue.input === undefined ? ' is missing; it' : ''
  const words = hasToBe(schema, issue.path)
  throw new EventError(`malformed-event: ${path}${missing} has to be ${words}`)
}
