import { OryArgumentError } from '../errors.ts'
import { basicAuthorization, problemWithAuthentication } from './client-authentication.ts'
import type { OperationData, QueryKind, UncheckedParameters } from './operation.ts'
import {
  problemWithCount,
  problemWithHeader,
  problemWithId,
  problemWithPageToken,
  problemWithText,
} from './problems.ts'

/** One HTTP request, but for its origin and the headers that are the same for every call. */
export interface WireRequest {
  readonly path: string
  readonly body: string | undefined
  readonly contentType: string | undefined
  /** Header names and values in turn. */
  readonly headers: readonly string[]
}

type Place = 'id' | 'body' | 'form' | 'header' | 'basic' | QueryKind

/** An operation made ready to write requests from: looked up once, not at every call. */
export interface CompiledOperation {
  readonly id: string
  readonly data: OperationData
  readonly pathBefore: string
  readonly pathAfter: string
  readonly places: ReadonlyMap<string, Place>
  readonly required: readonly string[]
}

const authenticationFields = [
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
]

function* placesIn(data: OperationData): Generator<[string, Place]> {
  if (data.path.includes('{id}')) yield ['id', 'id']
  if (data.body !== undefined) yield ['body', 'body']
  for (const name of data.form ?? []) yield [name, 'form']
  for (const name of data.header ?? []) yield [name, 'header']
  if (data.authentication !== undefined) {
    yield ['basic', 'basic']
    for (const name of authenticationFields) yield [name, 'form']
  }
  yield* Object.entries(data.query ?? {})
}

/** Makes an operation ready. `prefix` is the base path of its side of Ory. */
export const compile = (id: string, data: OperationData, prefix: string): CompiledOperation => {
  const [before = '', after = ''] = data.path.split('{id}')

  return {
    id,
    data,
    pathBefore: prefix + before,
    pathAfter: after,
    places: new Map(placesIn(data)),
    required: [
      ...(data.path.includes('{id}') ? ['id'] : []),
      ...(data.body === 'object' || data.body === 'array' ? ['body'] : []),
      ...(data.required ?? []),
    ],
  }
}

const problemWithBody = (kind: OperationData['body'], value: unknown): string | undefined => {
  if (kind === 'array') return Array.isArray(value) ? undefined : 'must be an array'

  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? undefined
    : 'must be an object'
}

const problemWith = (place: Place, value: unknown, data: OperationData): string | undefined => {
  switch (place) {
    case 'id':
      return problemWithId(value)
    case 'body':
      return problemWithBody(data.body, value)
    case 'true':
      return value === true ? undefined : 'must be true, or left out'
    case 'count':
      return problemWithCount(value)
    case 'page-token':
      return problemWithPageToken(value)
    case 'header':
      return problemWithHeader(value)
    case 'basic':
      return undefined // with the other ways to authenticate
    default:
      return problemWithText(value)
  }
}

const checkEach = ({ id, data, places }: CompiledOperation, parameters: UncheckedParameters) => {
  for (const name of Object.keys(parameters)) {
    const value = parameters[name]
    if (value === undefined) continue
    const place = places.get(name)
    if (place === undefined)
      throw new OryArgumentError(id, name, 'is no parameter of this operation')
    const problem = problemWith(place, value, data)
    if (problem !== undefined) throw new OryArgumentError(id, name, problem)
  }
}

const checkTogether = (
  { id, data, places, required }: CompiledOperation,
  parameters: UncheckedParameters,
) => {
  for (const name of required) {
    if (parameters[name] === undefined) throw new OryArgumentError(id, name, 'is missing')
  }
  const { combinations } = data
  if (combinations !== undefined) {
    const given = [...places.keys()].filter((name) => parameters[name] !== undefined)
    const accepted = combinations.some(
      (names) => names.length === given.length && names.every((name) => given.includes(name)),
    )
    if (!accepted) {
      const choices = combinations.map((names) => names.join(' and ')).join(', or ')
      throw new OryArgumentError(id, 'parameters', `must be exactly one of: ${choices}`)
    }
  }
}

const checkMeaning = ({ id, data }: CompiledOperation, parameters: UncheckedParameters) => {
  const refusal =
    (data.authentication === undefined
      ? undefined
      : problemWithAuthentication(parameters, data.authentication)) ?? data.check?.(parameters)
  if (refusal !== undefined) throw new OryArgumentError(id, refusal.parameter, refusal.problem)
}

const writePath = (compiled: CompiledOperation, parameters: UncheckedParameters): string => {
  const { pathBefore, pathAfter, data } = compiled
  const id = parameters['id']
  const path = typeof id === 'string' ? pathBefore + encodeURIComponent(id) + pathAfter : pathBefore
  if (data.query === undefined) return path

  const query = writePairs(compiled, parameters, (place) => place !== 'form')

  return query === '' ? path : `${path}?${query}`
}

const outsideQuery: readonly Place[] = ['id', 'body', 'header', 'basic']

const writePairs = (
  { places }: CompiledOperation,
  parameters: UncheckedParameters,
  wanted: (place: Place) => boolean,
): string => {
  let pairs = ''
  for (const name of Object.keys(parameters)) {
    const place = places.get(name)
    const value = parameters[name]
    if (value === undefined || place === undefined) continue
    if (outsideQuery.includes(place) || !wanted(place)) continue
    pairs += `${pairs === '' ? '' : '&'}${name}=${encodeURIComponent(String(value))}`
  }

  return pairs
}

const writeJson = (id: string, body: unknown): string => {
  try {
    return JSON.stringify(body)
  } catch {
    throw new OryArgumentError(id, 'body', 'cannot be written as JSON')
  }
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const withAssertionType = (parameters: UncheckedParameters): UncheckedParameters =>
  parameters['client_assertion'] === undefined
    ? parameters
    : { client_assertion_type: assertionType, ...parameters }

const writeBody = (compiled: CompiledOperation, parameters: UncheckedParameters) => {
  const { id, data } = compiled
  if (data.body !== undefined) {
    return { contentType: 'application/json', body: writeJson(id, parameters['body'] ?? {}) }
  }
  if (data.form === undefined) return { contentType: undefined, body: undefined }

  return {
    contentType: 'application/x-www-form-urlencoded',
    body: writePairs(compiled, withAssertionType(parameters), (place) => place === 'form'),
  }
}

const writeHeaders = ({ data }: CompiledOperation, parameters: UncheckedParameters): string[] => {
  const headers: string[] = []
  for (const name of data.header ?? []) {
    const value = parameters[name]
    if (typeof value === 'string') headers.push(name, value)
  }
  const { basic } = parameters
  if (data.authentication !== undefined && basic !== undefined) {
    headers.push('authorization', basicAuthorization(basic))
  }

  return headers
}

/**
 * Writes the request of a call, having checked every parameter: whatever Ory would refuse, or read
 * as something else than was meant, stops here.
 *
 * @throws OryArgumentError which names the parameter and never its value.
 */
export const writeRequest = (
  compiled: CompiledOperation,
  parameters: UncheckedParameters,
): WireRequest => {
  checkEach(compiled, parameters)
  checkTogether(compiled, parameters)
  checkMeaning(compiled, parameters)

  return {
    path: writePath(compiled, parameters),
    headers: writeHeaders(compiled, parameters),
    ...writeBody(compiled, parameters),
  }
}
