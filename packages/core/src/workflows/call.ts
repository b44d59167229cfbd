import type { Ory, OryCall } from '../ory/index.ts'
import type { Reading } from './workflow.ts'

/** Makes a planned call. */
export async function call({ op, params }: OryCall, { ory, signal }: Reading): Promise<unknown> {
  const operation = ory[op] as (
    this: Ory,
    parameters: OryCall['params'],
    options: { signal?: AbortSignal },
  ) => PromiseLike<unknown>
  return operation.call(ory, params, signal === undefined ? {} : { signal })
}
