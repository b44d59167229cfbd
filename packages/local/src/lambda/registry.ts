import { UnknownFunctionError } from '../errors.ts'
import type { LocalFunction } from './function.ts'

/** The functions there are. */
export interface FunctionRegistry {
  add(lambda: LocalFunction): void
  /** By name or ARN. */
  find(nameOrArn: string): LocalFunction | undefined
  /** By name or ARN. @throws UnknownFunctionError */
  get(nameOrArn: string): LocalFunction
}

/** No function yet. */
export function createFunctionRegistry(): FunctionRegistry {
  const functions: LocalFunction[] = []
  const find = (nameOrArn: string) =>
    functions.find(({ name, arn }) => name === nameOrArn || arn === nameOrArn)

  function get(nameOrArn: string): LocalFunction {
    const lambda = find(nameOrArn)
    if (lambda !== undefined) return lambda
    const names = functions.map(({ name }) => name)
    throw new UnknownFunctionError(nameOrArn, names)
  }

  return { add: (lambda) => void functions.push(lambda), find, get }
}
