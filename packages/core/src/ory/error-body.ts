import type { OryErrorBody } from '../errors.ts'

/** An error answer's body, read without trust. */
export interface ParsedErrorBody extends OryErrorBody {
  /** `handler` for the two string keys that Ory's own handlers send, `envelope` for a nested object. */
  readonly shape: 'handler' | 'envelope' | 'unknown'
}

type Members = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parseObject = (text: string): Members | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

const texts = (error: unknown, description: unknown): OryErrorBody => ({
  ...(typeof error === 'string' && { error }),
  ...(typeof description === 'string' && { error_description: description }),
})

/**
 * Reads both bodies that Ory sends with an error: its handlers' `{ error, error_description }`, and
 * the envelope of its router and of Ory Network's edge, `{ error: { message, reason, … } }`. An
 * empty body, HTML or anything else has the shape `unknown`.
 */
export const parseErrorBody = (text: string): ParsedErrorBody => {
  const body = parseObject(text)
  if (body === undefined) return { shape: 'unknown' }

  const { error, error_description } = body
  if (typeof error === 'string') return { shape: 'handler', ...texts(error, error_description) }
  if (isObject(error)) return { shape: 'envelope', ...texts(error['message'], error['reason']) }

  return { shape: 'unknown' }
}

/**
 * Whether a 404's body says that the row is missing. A bare `Not Found` is also what web frameworks
 * send for a route they do not know, but without Ory's second key.
 */
export const isRowMissing = ({ shape, error, error_description }: ParsedErrorBody): boolean => {
  if (shape !== 'handler') return false
  if (error === 'Unable to locate the resource') return true

  return error === 'Not Found' && error_description !== undefined
}

const serializationConflict =
  'Unable to serialize access due to a concurrent update in another session'

/** Whether a 400's body says that the database gave way to another session: nothing was done. */
export const isSerializationConflict = ({ error, error_description }: ParsedErrorBody): boolean =>
  [error, error_description].some((text) => text?.includes(serializationConflict))
