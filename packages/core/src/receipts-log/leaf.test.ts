import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isCanonical, leafOf } from './leaf.ts'

const textOf = (text: string) => Buffer.from(leafOf(text)).toString()

test('has one spelling for a value, however it was written', () => {
  const one = '{ "b": [1.0, 1e2, -0, 0.5e-1],\n "a": "\\u00fc\\/" , "Z":null }'

  expect(textOf(one)).toBe('{"Z":null,"a":"ü/","b":[1,100,0,0.05]}')
})

test('says what JSON says, and is its own canonical form', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(JSON.stringify(value).isWellFormed() && !/\\ud[89a-f]/i.test(JSON.stringify(value)))
      const canonical = textOf(JSON.stringify(value))

      expect(JSON.parse(canonical)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(textOf(canonical)).toBe(canonical)
      expect(isCanonical(canonical)).toBe(true)
      expect(isCanonical(`${canonical} `)).toBe(false)
    }),
  )
})

test.each([
  ['a member twice', '{"a":1,"a":1}'],
  ['a member twice, spelled otherwise', '{"a":1,"\\u0061":2}'],
  ['an integer that no double holds', '[9007199254740993]'],
  ['a fraction that no double holds', '[0.10000000000000000001]'],
  ['a number beyond all doubles', '[1e400]'],
  ['a number that becomes zero', '[1e-400]'],
  ['half a surrogate pair', '["\\ud800"]'],
  ['half a surrogate pair in a name', '{"\\udc00":1}'],
  ['half a surrogate pair that is not escaped', '["\ud800"]'],
  ['513 levels', `${'['.repeat(513)}${']'.repeat(513)}`],
  ['no JSON', 'undefined'],
])('refuses %s', (_what, text) => {
  expect(() => leafOf(text)).toThrow(expect.objectContaining({ reason: 'not-canonical' }))
  expect(isCanonical(text)).toBe(false)
})

test('takes 512 levels, and numbers of any length that a double holds', () => {
  const deep = `${'['.repeat(512)}${']'.repeat(512)}`

  expect(textOf(deep)).toBe(deep)
  expect(textOf('[9007199254740992,0.1000,1e21,1E-7,123456789012345680000,5e-324]')).toBe(
    '[9007199254740992,0.1,1e+21,1e-7,123456789012345680000,5e-324]',
  )
})

test('refuses what a bundle has no room for', () => {
  expect(leafOf(JSON.stringify('x'.repeat(65_533)))).toHaveLength(65_535)
  expect(() => leafOf(JSON.stringify('x'.repeat(65_534)))).toThrow(
    expect.objectContaining({ reason: 'receipt-too-large' }),
  )
})
