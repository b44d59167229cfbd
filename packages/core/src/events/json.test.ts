import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventError } from '../errors.ts'
import { problemWithJson } from '../json/index.ts'
import { mostLevels, parseJson } from './json.ts'

const twice = new EventError('duplicate-member: an object holds the same member twice')
const tooDeep = new EventError('malformed-event: it is nested too deeply')

const arrays = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

test('reads whatever JSON.parse reads, where no member occurs twice', () => {
  const json = fc.oneof(
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify(value, null, 2)),
  )

  fc.assert(
    fc.property(json, (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text))
    }),
  )
})

test.each([
  ['beside itself', '{"a":1,"a":1}'],
  ['after others', '{"a":1,"b":{"c":[{}]},"a":2}'],
  ['in an object in an array', '[{"a":1},{"a":[{"b":1,"b":2}]}]'],
  ['escaped', String.raw`{"a":1,"\u0061":2}`],
  ['as an escaped quotation mark', String.raw`{"\"":1,"\u0022":2}`],
  ['as half a surrogate pair', String.raw`{"\ud83d":1,"\uD83D":2}`],
  ['empty', '{"":1,"":2}'],
  ['before a blank', '{"a" :1,"a"\n\t\r :2}'],
  ['as a name that objects inherit', '{"__proto__":1,"__proto__":2}'],
])('refuses a member that occurs twice, %s', (_how, text) => {
  expect(() => parseJson(text)).toThrow(twice)
})

test.each([
  ['in objects beside each other', '[{"a":1},{"a":1}]'],
  ['in objects within each other', '{"a":{"a":{"a":1}},"b":{"a":1}}'],
  ['in strings', String.raw`{"a":"\"a\":1,{","b":["a","a",": \\"]}`],
  ['in another case', '{"a":1,"A":2}'],
  ['in another normal form', '{"\u00e9":1,"e\u0301":2}'],
])('takes the same text again, %s', (_where, text) => {
  expect(parseJson(text)).toEqual(JSON.parse(text))
})

/** A path to an object of a document: a number for each level, counted over what has members. */
const plantIn = (value: unknown, path: readonly number[], planted: string): string => {
  const [turn, ...rest] = path
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const at = turn === undefined || entries.length === 0 ? -1 : turn % entries.length
  const texts = entries.map(([name, member], index) => [
    JSON.stringify(name),
    index === at ? plantIn(member, rest, planted) : JSON.stringify(member),
  ])
  if (at === -1) return planted
  return Array.isArray(value)
    ? `[${texts.map(([, text]) => text).join()}]`
    : `{${texts.map((pair) => pair.join(':')).join()}}`
}

const escaped = (name: string) =>
  `"${[...Array(name.length).keys()].map((at) => `\\u${name.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`

test('finds a member that occurs twice wherever it is planted, however it is spelled', () => {
  const names = fc.oneof(fc.string(), fc.string({ unit: 'binary' }))

  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.array(fc.nat(), { maxLength: 6 }),
      names,
      fc.jsonValue(),
      fc.boolean(),
      (value, path, name, between, isEscaped) => {
        const again = isEscaped ? escaped(name) : JSON.stringify(name)
        const other = JSON.stringify(`${name}-`)
        const planted = `{${JSON.stringify(name)}:1, ${other}:${JSON.stringify(between)}, ${again} :2}`
        const text = plantIn(value, path, planted)

        expect(problemWithJson(text, mostLevels)).toBe('repeats')
      },
    ),
  )
})

test.each([
  ['arrays', arrays],
  ['objects', objects],
])('reads %s as deeply as they may nest, and refuses one level more', (_name, nested) => {
  expect(parseJson(nested(mostLevels))).toEqual(JSON.parse(nested(mostLevels)))
  expect(() => parseJson(nested(mostLevels + 1))).toThrow(tooDeep)
  expect(() => parseJson(nested(4), 3)).toThrow(tooDeep)
  expect(() => parseJson(nested(200_000))).toThrow(tooDeep)
})

test('counts open levels only', () => {
  expect(parseJson(`[${Array(1000).fill('[[]]').join()}]`, 3)).toHaveLength(1000)
})

test.each(['', '{', '{"a":1,}', "{'a':1}", '\uFEFF{}', 'alice'])('refuses %j', (text) => {
  expect(() => parseJson(text)).toThrow(new EventError('not-json'))
})
