import { expect, test } from 'vitest'
import { itemsOf } from './receipt-items.ts'

test('names a partition that DynamoDB takes, however long what it is about', () => {
  const row = { workflow: 'app-offboarded', event: 'key', pass: 'first' }
  // A publisher's id may have 1,024 characters, of three bytes each.
  const long = `event:${'漢'.repeat(1024)}`
  const partitions = itemsOf({ row, at: 0, about: ['client:c', long, `${long}.`] }, 1).map(
    ({ pk }) => pk.S,
  )

  expect(partitions[0]).toBe('receipts-about#client:c')
  expect(new Set(partitions).size).toBe(4)
  for (const partition of partitions) expect(Buffer.byteLength(partition)).toBeLessThanOrEqual(2048)
})
