import { ConfigError } from '../errors.ts'
import { methodsOf } from './derived.ts'
import type { Ory, OryCall } from './methods.ts'
import { isRepeatableBy, type OperationData } from './operation.ts'
import { operations } from './operations/index.ts'
import { type CallOptions, type OryOptions, readSettings } from './options.ts'
import { openAdmin, openPublic, type Side } from './side.ts'

/** Whether a call may be sent again when its answer was lost. */
export const isRepeatable = ({ op, params }: OryCall): boolean =>
  isRepeatableBy(operations[op], params)

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
  const sideOf = (id: string, { port }: OperationData): Side => {
    if (port === 'admin') return admin
    if (open === undefined) throw new ConfigError(`publicUrl is missing: ${id} needs it`)

    return open
  }
  const prefixOf = ({ port }: OperationData) =>
    port === 'admin' ? admin.prefix : (open?.prefix ?? '')
  const ory: unknown = methodsOf(operations, { settings, sideOf, prefixOf })
  const dispose = async () => {
    await Promise.all([admin.close(), open?.close()])
  }

  return Object.defineProperty(ory as Ory, Symbol.asyncDispose, { value: dispose })
}
