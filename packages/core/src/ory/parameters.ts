import { OryArgumentError } from '../errors.ts'
import { problemWithAuthentication } from './client-authentication.ts'
import type { CompiledOperation, Place } from './compile.ts'
import type { OperationData, UncheckedParameters } from './operation.ts'
import {
  problemWithConstant,
  problemWithCount,
  problemWithFilter,
  problemWithHeader,
  problemWithId,
  problemWithPageToken,
  problemWithSubject,
  problemWithText,
} from './problems.ts'

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
    case 'subject':
      return problemWithSubject(value)
    case 'actor':
      return problemWithFilter(value)
    case 'constant':
      return problemWithConstant(value)
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

/** What an object without anything inherited inherits from: V8 is slow about objects without any. */
const nothing: object = Object.freeze(Object.create(null))

/** The caller's own parameters and nothing inherited, read once. */
const ownParameters = (id: string, parameters: unknown): UncheckedParameters => {
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) {
    throw new OryArgumentError(id, 'parameters', 'must be one object')
  }

  return Object.assign(Object.create(nothing), parameters)
}

const checkEach = (
  { id, data, places }: CompiledOperation,
  parameters: UncheckedParameters,
): void => {
  for (const name of Object.keys(parameters)) {
    const value = parameters[name]
    if (value === undefined) continue
    const place = places.get(name)
    const problem = place === undefined ? 'is not a parameter' : problemWith(place, value, data)
    if (problem === undefined) continue
    throw new OryArgumentError(id, name, problem, place === 'id' ? 'unaddressable-id' : undefined)
  }
}

const checkPresence = (
  { id, required }: CompiledOperation,
  parameters: UncheckedParameters,
): void => {
  const missing = required.find((name) => parameters[name] === undefined)
  if (missing !== undefined) throw new OryArgumentError(id, missing, 'is missing')
}

const checkCombination = (
  { id, data }: CompiledOperation,
  parameters: UncheckedParameters,
): void => {
  const { combinations } = data
  if (combinations === undefined) return

  const isGiven = (name: string) => parameters[name] !== undefined
  const count = Object.keys(parameters).filter(isGiven).length
  const accepted = combinations.some((names) => names.length === count && names.every(isGiven))
  if (accepted) return

  const choices = combinations.map((names) => names.join(' and ')).join(', or ')
  throw new OryArgumentError(id, 'parameters', `must be exactly one of: ${choices}`)
}

const checkMeaning = ({ id, data }: CompiledOperation, parameters: UncheckedParameters): void => {
  const { authentication, check } = data
  const refusal =
    (authentication && problemWithAuthentication(parameters, authentication)) ?? check?.(parameters)
  if (refusal !== undefined) throw new OryArgumentError(id, refusal.parameter, refusal.problem)
}

/**
 * Checks the parameters of a call: whatever Ory would refuse, or read as something else than was
 * meant, stops here.
 *
 * @throws OryArgumentError which names the parameter and never its value
 */
export const checkParameters = (
  compiled: CompiledOperation,
  given: unknown,
): UncheckedParameters => {
  const parameters = ownParameters(compiled.id, given)
  checkEach(compiled, parameters)
  checkPresence(compiled, parameters)
  checkCombination(compiled, parameters)
  checkMeaning(compiled, parameters)

  return parameters
}
