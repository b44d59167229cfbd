import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openText, sealText } from './sealed-text.ts'

const ledgerKey = new Uint8Array(32).fill(1)
const previous = new Uint8Array(32).fill(2)

test('opens what was sealed, under the key in use or the one before', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, use) => {
      const sealed = sealText(text, use, previous)

      expect(openText(sealed, use, [ledgerKey, previous])).toBe(text)
    }),
  )
})

test('says nothing of a text, not even that it is the same', () => {
  const sealed = sealText('alice', 'subjects', ledgerKey)

  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('alice')
  expect(sealText('alice', 'subjects', ledgerKey)).not.toBe(sealed)
})

test('opens nothing for another use, under another key, or of which a bit is another', () => {
  const sealed = sealText('alice', 'subjects', ledgerKey)
  const bytes = Buffer.from(sealed, 'base64url')

  expect(openText(sealed, 'others', [ledgerKey])).toBeUndefined()
  expect(openText(sealed, 'subjects', [previous])).toBeUndefined()
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const flipped = Buffer.from(bytes)
    const at = bit >> 3
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7))
    expect(openText(flipped.toString('base64url'), 'subjects', [ledgerKey])).toBeUndefined()
  }
})

test.each(['', 'AAAA', '!'])('opens nothing of %j, which nobody sealed', (text) => {
  expect(openText(text, 'subjects', [ledgerKey])).toBeUndefined()
})
