import { OryArgumentError } from '../errors.ts'
import { basicAuthorization } from './client-authentication.ts'
import type { CompiledOperation } from './compile.ts'
import type { OperationData, UncheckedParameters } from './operation.ts'
import { checkParameters } from './parameters.ts'

/** One HTTP request, but for its origin and the headers that are the same for every call. */
export interface WireRequest {
  readonly path: string
  readonly body: string | undefined
  readonly contentType: string | undefined
  /** Header names and values in turn. */
  readonly headers: readonly string[]
}

const writePath = (compiled: CompiledOperation, parameters: UncheckedParameters): string => {
  const { pathBefore, pathAfter, data, inQuery } = compiled
  const id = parameters['id']
  const path = typeof id === 'string' ? pathBefore + encodeURIComponent(id) + pathAfter : pathBefore
  if (inQuery.size === 0 && data.filter === undefined) return path

  const filter = writeFilter(data.filter, parameters)
  const pairs = writePairs(inQuery, parameters)
  const query = filter !== '' && pairs !== '' ? `${filter}&${pairs}` : filter + pairs

  return query === '' ? path : `${path}?${query}`
}

const writeFilter = (kinds: OperationData['filter'], parameters: UncheckedParameters): string => {
  if (kinds === undefined) return ''
  const given = Object.entries(kinds).filter(([name]) => parameters[name] !== undefined)
  if (given.length === 0) return ''
  const compared = given.map(([name, kind]) => {
    const value = parameters[name]
    return kind === 'actor' ? `${name}="${value}"` : `${name}=${value}`
  })
  const expression = compared.join(' AND ')

  return `filter=${encodeURIComponent(expression)}`
}

/** Parameters of these names as `application/x-www-form-urlencoded`, in the order in which they were given. */
const writePairs = (names: ReadonlySet<string>, parameters: UncheckedParameters): string => {
  let pairs = ''
  for (const name of Object.keys(parameters)) {
    const value = parameters[name]
    if (value === undefined || !names.has(name)) continue
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

/** The form's own parameters, and those that follow from how the client authenticates. */
const formParameters = (
  { data }: CompiledOperation,
  parameters: UncheckedParameters,
): UncheckedParameters => {
  const { basic, client_assertion } = parameters
  if (client_assertion !== undefined) return { client_assertion_type: assertionType, ...parameters }

  return data.authentication === 'named' ? { ...parameters, ...clientIdOf(basic) } : parameters
}

const clientIdOf = (basic: unknown): UncheckedParameters =>
  typeof basic === 'object' && basic !== null && 'client_id' in basic
    ? { client_id: basic.client_id }
    : {}

const noBody = { contentType: undefined, body: undefined }

const writeBody = (compiled: CompiledOperation, parameters: UncheckedParameters) => {
  const { id, data } = compiled
  if (data.body === 'object-or-nothing' && parameters['body'] === undefined) return noBody
  if (data.body !== undefined) {
    return { contentType: 'application/json', body: writeJson(id, parameters['body'] ?? {}) }
  }
  if (data.form === undefined) return noBody

  return {
    contentType: 'application/x-www-form-urlencoded',
    body: writePairs(compiled.inForm, formParameters(compiled, parameters)),
  }
}

const noHeaders: readonly string[] = []

const writeHeaders = (
  { data }: CompiledOperation,
  parameters: UncheckedParameters,
): readonly string[] => {
  if (data.header === undefined && data.authentication === undefined) return noHeaders
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
 * Writes the request of a call, having checked every parameter.
 *
 * @throws OryArgumentError as `checkParameters` does
 */
export const writeRequest = (compiled: CompiledOperation, given: unknown): WireRequest => {
  const parameters = checkParameters(compiled, given)
  const { contentType, body } = writeBody(compiled, parameters)

  return {
    path: writePath(compiled, parameters),
    body,
    contentType,
    headers: writeHeaders(compiled, parameters),
  }
}
