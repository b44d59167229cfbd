import { expect, test } from 'vitest'
import { DeadlineError } from '../errors.ts'
import { boundPort, withinSignal } from './bounded.ts'

const never = () => new Promise<never>(() => undefined)

/** A port that can hang, and tells what was begun and ended at it. */
function port() {
  const told: string[] = []
  return {
    told,
    kind: 'a port',
    async read(key: string) {
      told.push(`read ${key}`)
      return key === 'hangs' ? never() : this.kind
    },
    async *list(length: number) {
      try {
        for (const n of Array(length).keys()) yield n
        await never()
      } finally {
        told.push('list ended')
      }
    },
  }
}

async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
  return work.catch((error: unknown) => error)
}

test('gives what work came to, or what it failed with', async () => {
  const { signal } = new AbortController()

  expect(await withinSignal(signal, async () => 'done')).toBe('done')
  expect(await withinSignal(undefined, async () => 'done')).toBe('done')
  await expect(withinSignal(signal, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
})

test('stops waiting as soon as the signal aborts', async () => {
  const controller = new AbortController()
  const outcome = outcomeOf(withinSignal(controller.signal, never))
  controller.abort()

  expect(await outcome).toBeInstanceOf(DeadlineError)
})

test('does not begin what would come too late', async () => {
  const begun: string[] = []
  const outcome = withinSignal(AbortSignal.abort(), async () => void begun.push('begun'))

  expect(await outcomeOf(outcome)).toBeInstanceOf(DeadlineError)
  expect(begun).toEqual([])
})

test('hears of no failure that comes after the signal', async () => {
  const controller = new AbortController()
  const work = Promise.withResolvers<never>()
  const outcome = outcomeOf(withinSignal(controller.signal, () => work.promise))
  controller.abort()
  await outcome
  work.reject(new Error('nobody listens'))

  await new Promise((resolve) => setImmediate(resolve))
})

test('binds every method of a port, and leaves the port what it is', async () => {
  const controller = new AbortController()
  const bound = boundPort(port(), controller.signal)

  expect(bound.kind).toBe('a port')
  expect(await bound.read('a')).toBe('a port')
  const hanging = outcomeOf(bound.read('hangs'))
  controller.abort()
  expect(await hanging).toBeInstanceOf(DeadlineError)
  expect(await outcomeOf(bound.read('b'))).toBeInstanceOf(DeadlineError)
  expect(bound.told).toEqual(['read a', 'read hangs'])
})

test('binds what a method iterates over, step by step', async () => {
  const controller = new AbortController()
  const bound = boundPort(port(), controller.signal)
  const seen: number[] = []
  const outcome = outcomeOf(
    (async () => {
      for await (const n of bound.list(3)) seen.push(n)
    })(),
  )
  await new Promise((resolve) => setImmediate(resolve))
  expect(seen).toEqual([0, 1, 2])
  controller.abort()

  expect(await outcome).toBeInstanceOf(DeadlineError)
  expect(await outcomeOf(Array.fromAsync(bound.list(3)))).toBeInstanceOf(DeadlineError)
})

test('ends the iteration underneath where somebody stops early', async () => {
  const bound = boundPort(port(), new AbortController().signal)
  for await (const n of bound.list(3)) if (n === 1) break
  await new Promise((resolve) => setImmediate(resolve))

  expect(bound.told).toEqual(['list ended'])
})

test('is the same port where there is no signal', () => {
  const plain = port()
  expect(boundPort(plain, undefined)).toBe(plain)
})

test('binds what is awaited for one thing and iterated over for another', async () => {
  const list = () =>
    Object.assign(never(), {
      async *[Symbol.asyncIterator]() {
        yield 1
        await never()
      },
    })
  const controller = new AbortController()
  const both = boundPort({ list }, controller.signal).list()
  const seen: number[] = []
  const iterated = (async () => {
    for await (const item of both) {
      seen.push(item)
      controller.abort()
    }
  })()

  expect(await outcomeOf(iterated)).toBeInstanceOf(DeadlineError)
  expect(await outcomeOf(both)).toBeInstanceOf(DeadlineError)
  expect(seen).toEqual([1])
})
