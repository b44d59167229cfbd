import { ConfigError } from '../errors.ts'
import { readAnswer } from './answer.ts'
import { type CompiledOperation, compile } from './compile.ts'
import { exchange } from './exchange.ts'
import { listOf } from './list.ts'
import type { Ory, OryCall } from './methods.ts'
import type { OperationData, Page, UncheckedParameters } from './operation.ts'
import { operations } from './operations/index.ts'
import { type CallOptions, type OryOptions, readSettings, type Settings } from './options.ts'
import { writeRequest } from './request.ts'
import { openAdmin, openPublic, type Side } from './side.ts'

/** Whether a call may be sent again when its answer was lost. */
export const isRepeatable = ({ op, params }: OryCall): boolean => {
  const { repeatable } = operations[op]
  if (typeof repeatable === 'boolean') return repeatable

  // The two members of a call belong together by its type, which a look-up cannot express.
  return (repeatable as (parameters: OryCall['params']) => boolean)(params)
}

/**
 * Whether making a call twice ends in the same state as making it once: it is repeatable, or Ory
 * refuses the second one as done already (409 for an issuer's key that is trusted, 404 for a client
 * that is deleted). It speaks of one call and its repetition; which calls may change places with
 * each other is for the caller to know.
 */
export const mayBeRepeated = (call: OryCall): boolean => {
  const { already }: OperationData = operations[call.op]

  return already !== undefined || isRepeatable(call)
}

/** Makes a call that was kept as data. */
export const perform = (ory: Ory, call: OryCall, options?: CallOptions): Promise<unknown> => {
  const method = ory[call.op] as (
    parameters: OryCall['params'],
    options?: CallOptions,
  ) => Promise<unknown>

  return method(call.params, options)
}

interface Context {
  readonly settings: Settings
  readonly sideOf: (compiled: CompiledOperation) => Side
}

const send = async (
  { settings, sideOf }: Context,
  compiled: CompiledOperation,
  parameters: UncheckedParameters,
  options: CallOptions,
): Promise<unknown> => {
  const wire = writeRequest(compiled, parameters)
  const side = sideOf(compiled)
  const repeatable = isRepeatable({ op: compiled.id, params: parameters } as OryCall)
  const answer = await exchange({ compiled, parameters, repeatable, wire, side, settings, options })

  return readAnswer(compiled.id, compiled.data, answer, parameters)
}

const methodOf = (context: Context, compiled: CompiledOperation) => {
  if (compiled.data.answer !== 'page') {
    return (parameters: UncheckedParameters = {}, options: CallOptions = {}) =>
      send(context, compiled, parameters, options)
  }
  const limits = { operation: compiled.id, maxPages: context.settings.maxPages }

  return (parameters: UncheckedParameters = {}, options: CallOptions = {}) =>
    listOf((token) => {
      const page = token === undefined ? parameters : { ...parameters, page_token: token }
      return send(context, compiled, page, options) as Promise<Page<unknown>>
    }, limits)
}

/**
 * Makes a client for Ory's OAuth2 API. Connections are kept alive and do not keep the process
 * alive; `await using ory = createOry(…)` closes them.
 *
 * @throws ConfigError, in one line, for a URL that is missing or malformed, an empty key or a
 * number that makes no sense
 */
export const createOry = (options: OryOptions): Ory => {
  const settings = readSettings(options)
  const admin = openAdmin(options, settings)
  const open = openPublic(options, settings)
  const sideOf = ({ id, data }: CompiledOperation): Side => {
    if (data.port === 'admin') return admin
    if (open === undefined) throw new ConfigError(`publicUrl is missing: ${id} needs it`)

    return open
  }
  const methods = Object.entries(operations).map(([id, data]) => {
    const prefix = data.port === 'admin' ? admin.prefix : (open?.prefix ?? '')
    return [id, methodOf({ settings, sideOf }, compile(id, data, prefix))]
  })
  const dispose = async () => {
    await Promise.all([admin.close(), open?.close()])
  }

  const ory: unknown = Object.fromEntries(methods)

  return Object.defineProperty(ory as Ory, Symbol.asyncDispose, { value: dispose })
}
