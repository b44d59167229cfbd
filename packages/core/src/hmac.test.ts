import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hmacSha256 } from './hmac.ts'

test('is what Node makes of the same bytes, the first time and every other', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 100 }),
      fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 3 }),
      (key, texts) => {
        for (const text of texts) {
          const expected = createHmac('sha256', key).update(text).digest('hex')
          expect(hmacSha256(key, text).digest('hex')).toBe(expected)
        }
      },
    ),
  )
})
