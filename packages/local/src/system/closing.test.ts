import { expect, test } from 'vitest'
import { createClosing, settled } from './closing.ts'

test('stops what was started last first, and everything only once', async () => {
  const closing = createClosing()
  const stopped: string[] = []
  closing.add(async () => void stopped.push('first'))
  closing.add(async () => void stopped.push('second'))

  await Promise.all([closing.close(), closing.close()])

  expect(stopped).toEqual(['second', 'first'])
})

test('stops the rest when one thing will not stop, and says so', async () => {
  const closing = createClosing()
  const stopped: string[] = []
  closing.add(async () => void stopped.push('first'))
  closing.add(async () => {
    throw new Error('stuck')
  })

  const failure = await closing.close().catch((error: unknown) => error)

  expect(stopped).toEqual(['first'])
  expect(failure).toMatchObject({ errors: [{ message: 'stuck' }] })
})

test('fails only when everything has settled', async () => {
  const late = Promise.withResolvers<string>()
  const seen: string[] = []

  const outcome = settled([Promise.reject(new Error('early')), late.promise]).catch(() =>
    seen.push('failed'),
  )
  await new Promise(setImmediate)
  expect(seen).toEqual([])
  late.resolve('late')
  await outcome

  expect(seen).toEqual(['failed'])
})
