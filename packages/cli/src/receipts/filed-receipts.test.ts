import type { ReceiptEntry } from '@lapse/core/ports'
import { expect, test } from 'vitest'
import { filed, receiptsOf } from './filed-receipts.ts'

/** An index of so many receipts that says how many it was asked for, and for how many at a time. */
function indexOf(count: number, isThere = (_at: number) => true) {
  const asked = { listed: 0, batches: [] as number[] }
  async function* entries(): AsyncGenerator<ReceiptEntry> {
    for (let at = 0; at < count; at += 1) {
      asked.listed += 1
      yield { id: String(at), at, about: [] }
    }
  }
  const read = async (ids: readonly string[]) => {
    asked.batches.push(ids.length)
    return ids.map((id) => (isThere(Number(id)) ? JSON.stringify({ pass: id }) : undefined))
  }
  return { asked, entries, read }
}

test('reads receipts in their order, and leaves out what is not there', async () => {
  const index = indexOf(120, (at) => at % 2 === 0)
  const found = await Array.fromAsync(receiptsOf(filed(index, index.entries())))

  expect(found.map(({ id }) => Number(id))).toEqual(Array.from({ length: 60 }, (_, at) => 2 * at))
  expect(found.every(({ id, receipt }) => receipt.pass === id)).toBe(true)
})

test('of ten thousand receipts never more than fifty are read ahead', async () => {
  const index = indexOf(10_000)
  let taken = 0
  for await (const _ of filed(index, index.entries())) {
    taken += 1
    expect(index.asked.listed - taken).toBeLessThan(50)
  }

  expect(taken).toBe(10_000)
  expect(Math.max(...index.asked.batches)).toBe(50)
})

test('whoever has enough has no more read', async () => {
  const index = indexOf(10_000)
  for await (const { entry } of filed(index, index.entries())) if (entry.id === '10') break

  expect(index.asked).toEqual({ listed: 50, batches: [50] })
})

test('tells how many were read', async () => {
  const counts: number[] = []
  const index = indexOf(70)
  await Array.fromAsync(filed(index, index.entries(), (count) => counts.push(count)))

  expect(counts).toEqual([50, 20])
})
