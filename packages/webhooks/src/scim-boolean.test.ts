import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scimBoolean } from './scim-boolean.ts'

const spellings = [
  [true, [true, 'true', 'True', 'TRUE', 1, '1', ' true ']],
  [false, [false, 'false', 'False', 'FALSE', 'fAlSe', 0, '0', '\tFalse\n']],
] as const

test('reads a boolean in every spelling, by itself and in a list of one', () => {
  for (const [meant, values] of spellings) {
    for (const value of values)
      for (const sent of [value, [value], { value }, [{ value }], [{ value, primary: true }]])
        expect([sent, scimBoolean(sent)]).toEqual([sent, meant])
  }
})

test.each([
  [null],
  [undefined],
  [''],
  ['no'],
  ['inactive'],
  ['0.0'],
  [2],
  [-1],
  [[]],
  [[false, false]],
  [[[false]]],
  [{}],
  [{ active: false }],
  [[{ value: [false] }]],
  [[null]],
])('takes %j for no boolean', (value) => {
  expect(scimBoolean(value)).toBeUndefined()
})

test('reads nothing else, whatever it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value).toLowerCase()
      if (!/true|false|[01]/.test(text)) expect(scimBoolean(value)).toBeUndefined()
    }),
  )
})
