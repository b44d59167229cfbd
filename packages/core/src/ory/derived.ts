import { readAnswer } from './answer.ts'
import { type CompiledOperation, compile } from './compile.ts'
import { exchange } from './exchange.ts'
import { listOf } from './list.ts'
import type { OperationData, Page, Repeatable, UncheckedParameters } from './operation.ts'
import type { CallOptions, Settings } from './options.ts'
import { writeRequest } from './request.ts'
import type { Side } from './side.ts'

/** An operation without the types of its parameters and its result. */
export type AnyOperation = OperationData & { readonly repeatable: Repeatable<never> }

/** Whether a call of an operation may be sent again when its answer was lost. */
export const isRepeatableBy = ({ repeatable }: AnyOperation, parameters: unknown): boolean =>
  // An operation and its parameters belong together by the type of the call, which a look-up cannot express.
  typeof repeatable === 'boolean'
    ? repeatable
    : (repeatable as (given: unknown) => boolean)(parameters)

/** What the methods of a client work with. */
export interface MethodTerms {
  readonly settings: Settings
  /** The path in front of every operation's, by its side. */
  readonly prefixOf: (data: OperationData) => string
  /** @throws ConfigError where it was not said where that side is */
  readonly sideOf: (id: string, data: OperationData) => Side
}

/** A client's methods, one for each operation of a table. */
export const methodsOf = (
  table: Readonly<Record<string, AnyOperation>>,
  terms: MethodTerms,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(table).map(([id, data]) => [
      id,
      methodOf(terms, data, compile(id, data, terms.prefixOf(data))),
    ]),
  )

const methodOf = (terms: MethodTerms, operation: AnyOperation, compiled: CompiledOperation) => {
  const send = (parameters: UncheckedParameters, options: CallOptions) =>
    sendTo(terms, operation, compiled, parameters, options)
  if (operation.answer !== 'page') {
    return (parameters: UncheckedParameters = {}, options: CallOptions = {}) =>
      send(parameters, options)
  }
  const limits = { operation: compiled.id, maxPages: terms.settings.maxPages }

  return (parameters: UncheckedParameters = {}, options: CallOptions = {}) =>
    listOf((token) => {
      const page = token === undefined ? parameters : { ...parameters, page_token: token }
      return send(page, options) as Promise<Page<unknown>>
    }, limits)
}

const sendTo = async (
  { settings, sideOf }: MethodTerms,
  operation: AnyOperation,
  compiled: CompiledOperation,
  parameters: UncheckedParameters,
  options: CallOptions,
): Promise<unknown> => {
  const wire = writeRequest(compiled, parameters)
  const side = sideOf(compiled.id, operation)
  const repeatable = isRepeatableBy(operation, parameters)
  const answer = await exchange({ compiled, parameters, repeatable, wire, side, settings, options })

  return readAnswer(compiled.id, operation, answer, parameters)
}
