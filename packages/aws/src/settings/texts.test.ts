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

test.each([
  ['["Acme', 'line 1, column 2: the string that begins here has no closing quotation mark'],
  ['["Acme"\n "Bank"]', 'line 2, column 2: a comma or ] has to stand here'],
  ['one, "two"', 'line 1, column 1: a value has to stand here'],
])('says where %j is not JSON, and how it is written', (value, place) => {
  expect(() => list({ PROTECTED_OWNERS: value }, 'PROTECTED_OWNERS')).toThrow(
    new ConfigError(`PROTECTED_OWNERS is not JSON: ${place}; write it like ["one", "two"]`),
  )
})

test.each([
  ['ORY_ADMIN_URL', "the URL of Ory's admin side, like http://127.0.0.1:4445"],
  ['KEY_ROTATED_QUEUE_URL', 'the URL of its queue, like https://sqs.<region>.amazonaws.com/'],
  ['ROTATED_SECRETS', 'a JSON array like [{"secretId": "lapse/Mail", "overlap": "PT1H"}]'],
])('says what %s has to be given', (name, what) => {
  expect(() => required({}, name)).toThrow(`${name} is not set; give it ${what}`)
})

test('takes a setting that is empty for one that is missing', () => {
  for (const environment of [{}, { NAME: '' }]) {
    expect(optional(environment, 'NAME')).toBeUndefined()
    expect(() => required(environment, 'NAME')).toThrow('NAME is not set; give it a value')
  }
  expect([optional, required].map((read) => read({ NAME: 'x' }, 'NAME'))).toEqual(['x', 'x'])
})
