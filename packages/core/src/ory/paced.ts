import type { CallOptions } from './options.ts'
import type { Pace } from './pace.ts'

type AnyMethod = (parameters?: unknown, options?: CallOptions) => unknown

/** The same client, whose calls go at another pace. */
export const paced = <Client extends object>(client: Client, pace: Pace): Client =>
  new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function' || typeof name === 'symbol') return member
      const method = member as AnyMethod

      return (parameters?: unknown, options?: CallOptions) =>
        method(parameters, { pace, ...options })
    },
  })
