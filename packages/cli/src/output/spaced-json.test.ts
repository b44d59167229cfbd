import fc from 'fast-check'
import { expect, test } from 'vitest'
import { layOut, unwrapped } from './layout.ts'
import { spacedJson } from './spaced-json.ts'

test('has room for the end of a line between members, and not behind a name', () => {
  const told = spacedJson({ a: ['b,"c\n d', {}], e: 1 })

  expect(unwrapped([told])).toEqual(['{ "a": [ "b,\\"c\\n d", {} ], "e": 1 }'])
  expect(layOut([told], 8)).toEqual(['{ "a": [', '"b,\\"c\\n', 'd", {}', '],', '"e": 1 }'])
})

test('says the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const written = JSON.stringify(value)
      expect(JSON.stringify(JSON.parse(unwrapped([spacedJson(value)]).join()))).toBe(
        JSON.stringify(JSON.parse(written)),
      )
    }),
  )
})
