import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodePercent, encodePercent, textOfBytes } from './percent.ts'

test('decodes what it encodes, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = Buffer.from(bytes).toString('latin1')
      expect(decodePercent(encodePercent(text))).toBe(text)
    }),
  )
})

test('reads UTF-8 as text, and nothing else as a text that JSON could hold', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
      const buffer = Buffer.from(bytes)
      const text = textOfBytes(buffer.toString('latin1'))
      const isUtf8 = Buffer.from(buffer.toString()).equals(buffer)
      expect(text.isWellFormed()).toBe(isUtf8)
      if (isUtf8) expect(text).toBe(buffer.toString())
    }),
  )
})

test.each(['%', '%4', '%zz', 'a%2'])('does not decode %s', (text) => {
  expect(decodePercent(text)).toBeUndefined()
})
