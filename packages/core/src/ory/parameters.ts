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

type Problem = (value: unknown, data: OperationData) => string | undefined

const problemWithBody: Problem = (value, { body }) => {
  if (body === 'array') return Array.isArray(value) ? undefined : 'must be an array'

  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? undefined
    : 'must be an object'
}

/** What may be wrong with a parameter, by where it goes. */
const problemsAt: Readonly<Record<Place, Problem>> = {
  id: problemWithId,
  body: problemWithBody,
  form: problemWithText,
  text: problemWithText,
  subject: problemWithSubject,
  actor: problemWithFilter,
  constant: problemWithConstant,
  true: (value) => (value === true ? undefined : 'must be true, or left out'),
  count: problemWithCount,
  'page-token': problemWithPageToken,
  header: problemWithHeader,
  basic: () => undefined, // with the other ways to authenticate
}

/** What an object without anything inherited inherits from: V8 is slow about objects without any. */
const nothing: object = Object.freeze(Object.create(null))

/** The caller's own parameters that are given, nothing inherited, each read once and checked. */
const readParameters = (
  { id, data, places }: CompiledOperation,
  given: unknown,
): UncheckedParameters => {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new OryArgumentError(id, 'parameters', 'must be one object')
  }

  const parameters: Record<string, unknown> = Object.create(nothing)
  for (const name of Object.keys(given)) {
    const value = (given as UncheckedParameters)[name]
    if (value === undefined) continue
    const place = places.get(name)
    const problem = place === undefined ? 'is not a parameter' : problemsAt[place](value, data)
    if (problem !== undefined)
      throw new OryArgumentError(id, name, problem, place === 'id' ? 'unaddressable-id' : undefined)
    parameters[name] = value
  }

  return parameters
}

const checkPresence = (
  { id, required }: CompiledOperation,
  parameters: UncheckedParameters,
): void => {
  for (const name of required) {
    if (parameters[name] === undefined) throw new OryArgumentError(id, name, 'is missing')
  }
}

const isAccepted = (
  combinations: readonly (readonly string[])[],
  parameters: UncheckedParameters,
): boolean => {
  const count = Object.keys(parameters).length
  const isGiven = (name: string) => parameters[name] !== undefined

  return combinations.some((names) => names.length === count && names.every(isGiven))
}

const checkCombination = (
  { id, data }: CompiledOperation,
  parameters: UncheckedParameters,
): void => {
  const { combinations } = data
  if (combinations === undefined || isAccepted(combinations, parameters)) return

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
  const parameters = readParameters(compiled, given)
  checkPresence(compiled, parameters)
  checkCombination(compiled, parameters)
  checkMeaning(compiled, parameters)

  return parameters
}
