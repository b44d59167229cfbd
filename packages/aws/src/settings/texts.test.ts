import { ConfigError } from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { list, optional, required } from './texts.ts'

test.each([
  [undefined, []],
  ['', []],
  [' one, two\nthree ', ['one', 'two', 'three']],
  ['["Acme Inc", "b,c"]', ['Acme Inc', 'b,c']],
])('reads %j as the texts it holds', (value, texts) => {
  expect(list({ PROTECTED_OWNERS: value }, 'PROTECTED_OWNERS')).toEqual(texts)
})

test.each(['["Acme', '["Acme", 7]', '"Acme"', 'one, "two"', 'mail;bank', '“mail”'])(
  'refuses %s rather than protect something else',
  (value) => {
    expect(() => list({ PROTECTED_OWNERS: value }, 'PROTECTED_OWNERS')).toThrow(ConfigError)
  },
)

test('takes a setting that is empty for one that is missing', () => {
  for (const environment of [{}, { NAME: '' }]) {
    expect(optional(environment, 'NAME')).toBeUndefined()
    expect(() => required(environment, 'NAME')).toThrow('NAME is not set; give it a value')
  }
  expect([optional, required].map((read) => read({ NAME: 'x' }, 'NAME'))).toEqual(['x', 'x'])
})
