import type { OperationId, Ory } from './methods.ts'
import type { CallOptions } from './options.ts'
import type { Pace } from './pace.ts'

type AnyMethod = (parameters?: unknown, options?: CallOptions) => unknown

/** The same client, whose calls go at another pace. */
export const paced = (ory: Ory, pace: Pace): Ory =>
  new Proxy(ory, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function' || typeof name === 'symbol') return member
      const method = target[name as OperationId] as AnyMethod

      return (parameters?: unknown, options?: CallOptions) =>
        method(parameters, { pace, ...options })
    },
  })
