import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inTurn } from './in-turn.ts'

/** A list of the numbers from 0, by pages of so many each. */
function listOf(sizes: readonly number[]) {
  const read = { pages: 0 }
  const numbers = sizes.map((size, page) =>
    Array.from({ length: size }, (_, n) => sizes.slice(0, page).reduce((a, b) => a + b, 0) + n),
  )
  const list = async function* () {
    for (const page of numbers) {
      read.pages += 1
      yield page
    }
  }
  return { list, read, all: numbers.flat() }
}

test('goes through everything once, from where it is told to begin, around to there', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 6 }), fc.nat(40), async (sizes, past) => {
      const { list, all } = listOf(sizes)
      const begin = all.length === 0 ? 0 : past % all.length
      const pages = await Array.fromAsync(inTurn(list, past))

      expect(pages.flat()).toEqual([...all.slice(begin), ...all.slice(0, begin)])
      expect(pages.every((page) => page.length > 0)).toBe(true)
    }),
  ))

test('reads a list once that it goes through from its beginning, and no page before it is needed', async () => {
  const { list, read } = listOf([3, 3])
  const pages = inTurn(list, 0)
  await pages.next()
  expect(read.pages).toBe(1)

  await Array.fromAsync(pages)
  expect(read.pages).toBe(2)
})

test('reads no page again but those that it had passed over', async () => {
  const { list, read } = listOf([3, 3, 3, 3])
  await Array.fromAsync(inTurn(list, 4))

  expect(read.pages).toBe(4 + 2)
})

test('ends on a list that is shorter each time it is read', async () => {
  const left = [5, 3, 2, 1]
  const list = async function* () {
    yield Array.from({ length: left.shift() ?? 0 }, (_, n) => n)
  }

  expect(await Array.fromAsync(inTurn(list, 9))).toEqual([[1], [0]])
})
