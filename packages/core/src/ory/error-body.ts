import type { OryErrorBody } from '../errors.ts'
import type { Port } from './operation.ts'

/** An error answer's body, read without trust. */
export interface ParsedErrorBody extends OryErrorBody {
  /**
   * `handler` for the two string keys that Ory's own handlers send, `envelope` for a nested object,
   * `status` for the `{ code, message }` of Talos.
   */
  readonly shape: 'handler' | 'envelope' | 'status' | 'unknown'
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
  if (typeof body['code'] === 'number' && typeof body['message'] === 'string')
    return { shape: 'status', ...texts(body['message'], undefined) }

  return { shape: 'unknown' }
}

/**
 * Whether a 404's body says that the row is missing, by the words of who answers: Kratos and Talos
 * have them in an envelope, which elsewhere is the router's own. Of the bodies that Talos'
 * specification has, each but the gateway's bare `Not Found` is about a key.
 */
export const isMissingAt = (port: Port, body: ParsedErrorBody): boolean => {
  if (port === 'identities') return body.error === unlocated
  if (port === 'api-keys')
    return body.shape === 'status' ? body.error !== 'Not Found' : body.error === keyNotFound

  return isRowMissing(body)
}

const unlocated = 'Unable to locate the resource'
const keyNotFound = 'The API key was not found.'

/**
 * Whether a 400's body says that the id is one that nobody can have: identities have UUIDs, and
 * Kratos looks for no sessions of anything else.
 */
export const isIdOfNobody = (port: Port, { error = '' }: ParsedErrorBody): boolean =>
  port === 'identities' && /^uuid: (?:incorrect|invalid) UUID /.test(error)

/**
 * Whether a 404's body says that the row is missing. A bare `Not Found` is also what web frameworks
 * send for a route they do not know, but without Ory's second key.
 */
export const isRowMissing = ({ shape, error, error_description }: ParsedErrorBody): boolean => {
  if (shape !== 'handler') return false
  if (error === unlocated) return true

  return error === 'Not Found' && error_description !== undefined
}

const serializationConflict =
  'Unable to serialize access due to a concurrent update in another session'

/** Whether a 400's body says that the database gave way to another session: nothing was done. */
export const isSerializationConflict = ({ error, error_description }: ParsedErrorBody): boolean =>
  [error, error_description].some((text) => text?.includes(serializationConflict))
