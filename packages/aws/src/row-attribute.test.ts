import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rowAttribute, rowIn } from './row-attribute.ts'

test('reads back every row, long or short', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(2000), (value, length) => {
      const row = { value, text: 'ä'.repeat(length) }
      expect(rowIn(rowAttribute(row))).toEqual(JSON.parse(JSON.stringify(row)))
    }),
  )
})

test('keeps a short row readable, and a long one in fewer bytes', () => {
  expect(rowAttribute({ text: 'short' })).toEqual({ S: '{"text":"short"}' })
  expect(rowAttribute({ text: 'long '.repeat(500) }).B?.byteLength).toBeLessThan(100)
})

test('reads a long row of before rows were compressed', () => {
  const row = { text: 'long '.repeat(500) }
  expect(rowIn({ S: JSON.stringify(row) })).toEqual(row)
})
