import { expect, test } from 'vitest'
import { startBackgroundClient } from './background-client.ts'

test('goes on until it is stopped, and counts what fails', async () => {
  const asked: number[] = []
  const third = Promise.withResolvers<void>()
  const client = startBackgroundClient([
    async () => {
      asked.push(asked.length)
      if (asked.length === 2) throw new Error('refused')
      if (asked.length === 3) third.resolve()
    },
  ])
  await third.promise
  const counts = await client.stop()

  expect(counts).toEqual({ requests: asked.length, failures: 1 })
  expect(asked.length).toBeGreaterThanOrEqual(3)
})

test('waits for what is under way, which counts as well', async () => {
  const answer = Promise.withResolvers<void>()
  const client = startBackgroundClient([() => answer.promise])
  const stopped = client.stop()
  answer.reject(new Error('cut'))

  expect(await stopped).toEqual({ requests: 1, failures: 1 })
})
