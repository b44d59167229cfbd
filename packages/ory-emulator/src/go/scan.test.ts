import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GoError } from './go-error.ts'
import { scanValue } from './scan.ts'

test.each([
  ['', 'EOF'],
  ['  \n', 'EOF'],
  ['{', 'unexpected EOF'],
  ['{"a"', 'unexpected EOF'],
  ['{"a":', 'unexpected EOF'],
  ['{"a":1,', 'unexpected EOF'],
  ['[1,', 'unexpected EOF'],
  ['"abc', 'unexpected EOF'],
  ['tru', 'unexpected EOF'],
  ['-', 'unexpected EOF'],
  ['1.', 'unexpected EOF'],
  ['nope', "invalid character 'o' in literal null (expecting 'u')"],
  ['trux', "invalid character 'x' in literal true (expecting 'e')"],
  ['x', "invalid character 'x' looking for beginning of value"],
  ['[,]', "invalid character ',' looking for beginning of value"],
  ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":01}', "invalid character '1' after object key:value pair"],
  ['[1 2]', "invalid character '2' after array element"],
  ['"a\nb"', "invalid character '\\n' in string literal"],
  ['"a\x01b"', "invalid character '\\x01' in string literal"],
  ['"\\x"', "invalid character 'x' in string escape code"],
  ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
  ['-x', "invalid character 'x' in numeric literal"],
  ['1.e', "invalid character 'e' after decimal point in numeric literal"],
  ['1e+x', "invalid character 'x' in exponent of numeric literal"],
  ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
  ['\u00ef\u00bb\u00bf{}', "invalid character 'ï' looking for beginning of value"],
])('says of %j what Go says', (text, complaint) => {
  expect(() => scanValue(text)).toThrow(new GoError(complaint))
})

test('refuses what is nested deeper than Go follows', () => {
  expect(() => scanValue('['.repeat(1_001))).toThrow('exceeded max depth')
  expect(() => scanValue('['.repeat(1_000))).toThrow('unexpected EOF')
})

test('finds the end of whatever JSON.stringify writes, and does not look beyond', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom('', ' ', '}', ' {}', ']x', '"'), (json, rest) => {
      const bytes = Buffer.from(json).toString('latin1')
      // A number at the top level ends only at what cannot belong to it.
      expect(scanValue(bytes + rest)).toBe(bytes.length)
    }),
  )
})
