/** What a call ends with instead of being made; `undefined`: it is made. */
export type Failing = (method: string) => Error | undefined

/** A port, or Ory, whose every call fails while it is told to; otherwise what it answers is real. */
export function failingPort<Port extends object>(port: Port, failing: Failing): Port {
  return new Proxy(port, {
    get(target, method) {
      const member: unknown = Reflect.get(target, method)
      if (typeof member !== 'function') return member
      return (...parameters: unknown[]) => {
        const error = failing(String(method))
        return error === undefined ? member.apply(target, parameters) : rejected(error)
      }
    },
  })
}

/** Fails whoever waits for it, and whoever iterates over it. */
function rejected(error: Error) {
  const refusal = Promise.reject<never>(error)
  refusal.catch(() => undefined)
  return Object.assign(refusal, { [Symbol.asyncIterator]: () => ({ next: () => refusal }) })
}
