import { DeadlineError } from '../errors.ts'

/**
 * Does work, but waits for it no longer than until `signal` aborts; work is not begun where that
 * has happened. What was begun may still be done behind our back.
 * @throws DeadlineError
 */
export async function withinSignal<T>(
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (signal === undefined) return work()
  if (signal.aborted) throw passed()

  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(passed())
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work(), aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/**
 * A port whose every method, and every step of what a method iterates over, ends within `signal` as
 * `withinSignal` does. Methods give promises or async iterables; other members stay as they are.
 */
export function boundPort<Port extends object>(port: Port, signal: AbortSignal | undefined): Port {
  if (signal === undefined) return port
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      return typeof member === 'function' ? bound(target, member as Method, signal) : member
    },
  })
}

type Made = Promise<unknown> | AsyncIterable<unknown> | (Promise<unknown> & AsyncIterable<unknown>)
type Method = (...parameters: unknown[]) => Made

function bound(port: object, method: Method, signal: AbortSignal): Method {
  return (...parameters) => {
    if (signal.aborted) return refusal()
    const made = method.apply(port, parameters)
    if (!(Symbol.asyncIterator in made)) return withinSignal(signal, () => made)
    if (!('then' in made)) return within(signal, made)

    // Awaited for one thing and iterated over for another, as a list of pages is.
    const promise = withinSignal(signal, () => made)
    promise.catch(() => undefined)
    return Object.assign(promise, { [Symbol.asyncIterator]: () => within(signal, made) })
  }
}

async function* within<T>(signal: AbortSignal, items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { done, value } = await withinSignal(signal, () => iterator.next())
      if (done === true) return
      yield value
    }
  } finally {
    // Told, and not waited for: a step that hangs would hang its end as well.
    void iterator.return?.().catch(() => undefined)
  }
}

/** Whichever of the two a method gives: nobody can tell before it is called. */
function refusal(): Promise<never> & AsyncIterable<never> {
  const refused = Promise.reject<never>(passed())
  refused.catch(() => undefined)
  return Object.assign(refused, { [Symbol.asyncIterator]: () => ({ next: () => refused }) })
}

function passed(): DeadlineError {
  return new DeadlineError('no time is left for another call')
}
