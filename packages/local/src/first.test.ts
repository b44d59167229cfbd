import { getEventListeners } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { aborted, first } from './first.ts'

test('gives what happens first, and lets go of what else was waited for', async () => {
  const never = new AbortController().signal
  const overs: AbortSignal[] = []

  const winner = await first<string>(
    async (over) => {
      overs.push(over)
      await aborted(never, over)
      return 'aborted'
    },
    async (over) => {
      await setTimeout(60_000, undefined, { signal: over })
      return 'late'
    },
    async () => 'at once',
  )

  expect(winner).toBe('at once')
  expect(overs.map((over) => over.aborted)).toEqual([true])
  expect(getEventListeners(never, 'abort')).toEqual([])
})

test('fails with what fails first', async () => {
  const failing = first(
    async (over) => aborted(undefined, over),
    async () => {
      throw new Error('first')
    },
  )

  await expect(failing).rejects.toThrow('first')
})

test('does not wait for what was aborted before', async () => {
  await expect(aborted(AbortSignal.abort(), new AbortController().signal)).resolves.toBeUndefined()
})
