import { expect, test } from 'vitest'
import { copyJson, decodeFirst } from './json.ts'

test('keeps numbers as they were written', () => {
  const value = decodeFirst(
    Buffer.from('{"a":1.0,"b":[1e3,12345678901234567890],"c":-0,"d":7} rest'),
  )

  const written = '{"a":1.0,"b":[1e3,12345678901234567890],"c":-0,"d":7}'
  expect(JSON.stringify(value)).toBe(written)
  expect(JSON.stringify(copyJson(value))).toBe(written)
})

test('reads what is half of a character as Go does', () => {
  expect(decodeFirst(Buffer.from('"a\\ud800b"'))).toBe('a\ufffdb')
})
