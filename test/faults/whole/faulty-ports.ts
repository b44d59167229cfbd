import { asMisconfiguration } from '@lapse/aws/misconfiguration'
import { type Passage, type Process, passing } from './process.ts'
import type { Port } from './weather.ts'

/** Where a port leads, and who uses it. */
interface Way {
  readonly by: Process
  readonly passage: Passage
  readonly target: Port
  /** Methods that give async iterables; all others give promises. */
  readonly lists?: readonly string[]
  /** Told of every call that failed. */
  readonly failed?: () => void
}

type Method = (...parameters: unknown[]) => unknown

/** A port whose every call may meet what the weather has for it, under AWS's own names. */
export function faultyPort<Given extends object>(port: Given, way: Way): Given {
  const { lists = [] } = way
  return new Proxy(port, {
    get(target, name) {
      const member = Reflect.get(target, name) as Method
      if (typeof member !== 'function') return member
      const call = (parameters: unknown[]) => member.apply(target, parameters)
      if (!lists.includes(String(name)))
        return (...parameters: unknown[]) => throughAws(way, async () => call(parameters))
      return (...parameters: unknown[]) => ({
        async *[Symbol.asyncIterator]() {
          const read = () => Array.fromAsync(call(parameters) as AsyncIterable<unknown>)
          yield* (await throughAws(way, read)) as readonly unknown[]
        },
      })
    },
  })
}

async function throughAws<T>(
  { by, passage, target, failed = () => undefined }: Way,
  effect: () => Promise<T>,
): Promise<T> {
  const { fate, value } = await passing(by, [target, ''], passage, effect)
  if (fate.error === undefined) return value as T
  failed()
  throw asMisconfiguration(Object.assign(new Error('told by AWS'), { name: fate.error }), target)
}
