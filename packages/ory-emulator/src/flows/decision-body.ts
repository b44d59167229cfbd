import { invalidRequest, unrecognizable } from '../errors.ts'
import type { Request } from '../http.ts'
import type { Claims } from '../tokens/issue.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import type { Denial } from './flow.ts'

/** Why a body is not what the endpoint takes, roughly in the words of Go's decoder. */
class BodyError extends Error {
  override readonly name = 'BodyError'
}

/** Reads members of a JSON body as Go would decode them into fields; `null` and missing are the zero value. */
export interface Body {
  string(member: string): string
  boolean(member: string): boolean
  integer(member: string): number
  strings(member: string): readonly string[]
  object(member: string): Body | undefined
  /** A member as it stands, `undefined` where it is missing. */
  raw(member: string): unknown
  record(member: string): Claims
}

/** Decodes a login decision; what is wrong with it is told, as `invalid_request`. */
export function decodeLoginBody<Value>(request: Request, decode: (body: Body) => Value): Value {
  return decodeBody(request, decode, (error) => {
    throw new OAuth2Error(invalidRequest, `Unable to decode body because: ${error.message}`)
  })
}

/** Decodes a consent decision; what is wrong with it is not told. */
export function decodeConsentBody<Value>(request: Request, decode: (body: Body) => Value): Value {
  return decodeBody(request, decode, () => {
    throw new OAuth2Error({ ...unrecognizable, status: 400 })
  })
}

/** The members of a rejection, with the default name of its kind. */
export function denialOf(body: Body, defaultError: string): Denial {
  return {
    error: body.string('error') || defaultError,
    error_description: body.string('error_description'),
    error_hint: body.string('error_hint'),
    status_code: body.integer('status_code') || 400,
  }
}

function decodeBody<Value>(
  request: Request,
  decode: (body: Body) => Value,
  refuse: (error: BodyError) => never,
): Value {
  try {
    return decode(bodyOf(parse(request.body.toString())))
  } catch (error) {
    if (error instanceof BodyError) return refuse(error)
    throw error
  }
}

function parse(text: string): Claims {
  if (text.trim() === '') throw new BodyError('EOF')
  const value = parseJson(text)
  if (value === null) return {}
  if (typeof value === 'object' && !Array.isArray(value)) return value as Claims
  throw new BodyError(`json: cannot unmarshal ${goKind(value)} into Go value`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BodyError('invalid character in JSON')
  }
}

function bodyOf(members: Claims): Body {
  const typed = <Type>(
    member: string,
    zero: Type,
    is: (value: unknown) => value is Type,
    goType: string,
  ): Type => {
    const value = members[member] ?? zero
    if (is(value)) return value
    throw new BodyError(
      `json: cannot unmarshal ${goKind(value)} into field ${member} of type ${goType}`,
    )
  }
  return {
    string: (member) => typed(member, '', isString, 'string'),
    boolean: (member) => typed(member, false, (value) => typeof value === 'boolean', 'bool'),
    integer: (member) => typed(member, 0, isInteger, 'int'),
    strings: (member) => typed(member, [], isStrings, '[]string'),
    object: (member) => {
      const value = members[member] ?? undefined
      return value === undefined ? undefined : bodyOf(typed(member, {}, isRecord, 'struct'))
    },
    raw: (member) => members[member],
    record: (member) => typed(member, {}, isRecord, 'map[string]interface {}'),
  }
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value)
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isString)
}

function isRecord(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}
