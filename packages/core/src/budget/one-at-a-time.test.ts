import { expect, test } from 'vitest'
import { oneAtATime } from './one-at-a-time.ts'

test('does what has the same name one after the other, and everything else at once', async () => {
  const inTurn = oneAtATime()
  const done: string[] = []
  const gates = new Map(['a1', 'a2', 'b1'].map((name) => [name, Promise.withResolvers<void>()]))
  const work = (name: string) => async () => {
    done.push(`${name} begins`)
    await gates.get(name)?.promise
    done.push(`${name} ends`)
  }
  const all = [inTurn('a', work('a1')), inTurn('a', work('a2')), inTurn('b', work('b1'))]
  gates.get('a2')?.resolve()
  gates.get('b1')?.resolve()
  await all[2]
  gates.get('a1')?.resolve()
  await Promise.all(all)

  expect(done).toEqual(['a1 begins', 'b1 begins', 'b1 ends', 'a1 ends', 'a2 begins', 'a2 ends'])
})

test('goes on after what failed', async () => {
  const inTurn = oneAtATime()
  const failed = inTurn('a', async () => {
    throw new Error('no')
  })
  const next = inTurn('a', async () => 'yes')

  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('yes')
})
