import { type CompiledOperation, compile } from './compile.ts'
import { exchange } from './exchange.ts'
import { listOf } from './list.ts'
import type { AnyOperation, OperationData, Page, UncheckedParameters } from './operation.ts'
import type { CallOptions, Settings } from './options.ts'
import type { Side } from './side.ts'

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

const none = {}

const methodOf = (terms: MethodTerms, operation: AnyOperation, compiled: CompiledOperation) => {
  const send = (parameters: UncheckedParameters = none, options: CallOptions = none) =>
    exchange(terms, { operation, compiled, parameters, options })
  if (operation.answer !== 'page') return send
  const limits = { operation: compiled.id, maxPages: terms.settings.maxPages }

  return (parameters: UncheckedParameters = none, options: CallOptions = none) =>
    listOf((token) => {
      const page = token === undefined ? parameters : { ...parameters, page_token: token }
      return send(page, options) as Promise<Page<unknown>>
    }, limits)
}
