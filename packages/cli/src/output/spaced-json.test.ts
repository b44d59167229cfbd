import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spacedJson } from './spaced-json.ts'

test('has blanks between members, and none more within texts', () => {
  expect(spacedJson({ a: ['b,"c\n d', {}], e: 1 })).toBe('{ "a": [ "b,\\"c\\n d", {} ], "e": 1 }')
})

test('says the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const written = JSON.stringify(value)
      expect(JSON.stringify(JSON.parse(spacedJson(value)))).toBe(
        JSON.stringify(JSON.parse(written)),
      )
    }),
  )
})
