import type { CallTerms } from './call.ts'
import { type CompiledOperation, compile } from './compile.ts'
import { exchange } from './exchange.ts'
import { listOf } from './list.ts'
import type { AnyOperation, OperationData, Page, UncheckedParameters } from './operation.ts'
import type { CallOptions } from './options.ts'

/** What the methods of a client work with. */
export interface MethodTerms extends CallTerms {
  /** The path in front of every operation's, by its side. */
  readonly prefixOf: (data: OperationData) => string
}

/** A client's methods, one for each operation of a table. */
export const methodsOf = (
  table: Readonly<Record<string, AnyOperation>>,
  terms: MethodTerms,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(table).map(([id, data]) => [
      id,
      methodOf(terms, compile(id, data, terms.prefixOf(data))),
    ]),
  )

const none = {}

const methodOf = (terms: CallTerms, compiled: CompiledOperation) => {
  const send = (parameters: UncheckedParameters = none, options: CallOptions = none) =>
    exchange(terms, compiled, parameters, options)
  if (compiled.data.answer !== 'page') return send
  const limits = { operation: compiled.id, maxPages: terms.settings.maxPages }

  return (parameters: UncheckedParameters = none, options: CallOptions = none) =>
    listOf((token) => {
      const page = token === undefined ? parameters : { ...parameters, page_token: token }
      return send(page, options) as Promise<Page<unknown>>
    }, limits)
}
