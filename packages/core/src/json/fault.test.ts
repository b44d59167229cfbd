import fc from 'fast-check'
import { expect, test } from 'vitest'
import { faultInJson } from './fault.ts'

const name = 'the name of a member, in double quotation marks,'

test.each([
  ['nothing', '', 1, 1, 'it ends where a value has to follow'],
  ['a word', 'alice', 1, 1, 'a value has to stand here'],
  ['half a word', '{"a":1,\n "b": tru }', 2, 7, 'a value has to stand here'],
  ['a comma too many', '{"a":1,\r\n}', 2, 1, `${name} has to stand here`],
  ['a comma too many in a list', '[1,]', 1, 4, 'a value has to stand here'],
  ['no comma', '{"a":1\n"b":2}', 2, 1, 'a comma or } has to stand here'],
  ['no comma in a list', '[1 2]', 1, 4, 'a comma or ] has to stand here'],
  ['no colon', '{"a" 1}', 1, 6, 'a colon has to stand here'],
  ['a bare name', '{a:1}', 1, 2, `${name} or } has to stand here`],
  ['single quotation marks', "{'a':1}", 1, 2, `${name} or } has to stand here`],
  ['a comment', '// x\n{}', 1, 1, 'a value has to stand here'],
  ['a leading zero', '[01]', 1, 3, 'a comma or ] has to stand here'],
  ['a bracket of the other kind', '{"a":[1}', 1, 8, 'a comma or ] has to stand here'],
  ['half an object', '{"a":1', 1, 7, 'it ends where a comma or } has to follow'],
  ['half a list', '[', 1, 2, 'it ends where a value or ] has to follow'],
  ['half a member', '{"a":', 1, 6, 'it ends where a value has to follow'],
  [
    'a string without an end',
    '{"a":"b}',
    1,
    6,
    'the string that begins here has no closing quotation mark',
  ],
  [
    'a string over two lines',
    '{"a":"b\nc"}',
    1,
    6,
    'the string that begins here has no closing quotation mark',
  ],
  [
    'a tab in a string',
    '"\t"',
    1,
    2,
    'a control character stands in a string; write it like \\u0009',
  ],
  [
    'an unknown escape',
    '"a\\x"',
    1,
    3,
    'only " \\ / b f n r t or u and four hexadecimal digits go with a \\',
  ],
  ['a byte order mark', '\uFEFF{}', 1, 1, 'it begins with a byte order mark (BOM)'],
  ['something after the end', '{} x', 1, 4, 'nothing may stand after its end'],
  ['a list without brackets', '{},{}', 1, 3, 'nothing may stand after its end'],
])('finds %s', (_what, text, line, column, problem) => {
  expect(faultInJson(text)).toEqual({ line, column, problem })
})

test.each([
  ['lines', '{}\n{}\n{}\n', 3, 2],
  ['objects in one line', '{"a":[]} {"b":2}', 2, 1],
  ['a second one that is not complete', '{}\n\n{"a":', 2, 3],
])('counts values that stand one after the other as %s', (_how, text, values, line) => {
  expect(faultInJson(text)).toMatchObject({
    line,
    values,
    problem: `another value begins here, of ${values} in all`,
  })
})

/** Texts that are JSON, or nearly so. */
const texts = fc.oneof(
  fc.json(),
  fc.string({ unit: fc.constantFrom(...'{}[]",:01-.eE \n\\utrfalsn') }),
  fc
    .tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', '"', ',', '}', ']', ':', '\\', '\n', '0', '\u0001'),
    )
    .map(([json, at, other]) => {
      const place = at % (json.length + 1)
      return json.slice(0, place) + other + json.slice(place + 1)
    }),
)

test('takes what JSON.parse takes, and nothing else', () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(faultInJson(text) === undefined).toBe(isJson(text))
    }),
    { numRuns: 2000 },
  )
})

test('finds the place that JSON.parse finds, where that says it, but for strings and numbers', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const place = /at position (\d+)/.exec(messageOf(text))?.[1]
      const fault = faultInJson(text)
      fc.pre(place !== undefined && fault !== undefined)
      fc.pre(!/string|number|escape|Unicode|control/i.test(messageOf(text)))
      const before = text.slice(0, Number(place)).split(/\r\n|\n|\r/)
      expect([fault?.line, fault?.column]).toEqual([
        before.length,
        (before.at(-1)?.length ?? 0) + 1,
      ])
    }),
  )
})

test('does not overflow, however deep a text nests and however long a string is', () => {
  expect(faultInJson('['.repeat(200_000))).toMatchObject({ column: 200_001 })
  expect(faultInJson(`"${'\\n'.repeat(500_000)}"`)).toBeUndefined()
  expect(faultInJson(`"${'x'.repeat(2_000_000)}"`)).toBeUndefined()
})

function isJson(text: string): boolean {
  return messageOf(text) === ''
}

function messageOf(text: string): string {
  try {
    JSON.parse(text)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}
