import { expect, test } from 'vitest'
import { ConfigError } from '../errors.ts'
import { unprotected } from '../testing/index.ts'
import { entryOf, overlapMsOf, readRotationEntries } from './settings.ts'

const entry = { secretId: 'app/secret', overlap: 'PT1H' }

test('reads entries', () => {
  const given = [entry, { secretId: 'other', overlap: '30m', allowHardCut: true }]
  expect(readRotationEntries(JSON.stringify(given))).toEqual(given)
})

test.each([
  ['what is not JSON', 'no', /JSON array/],
  ['what is not an array', '{}', /JSON array/],
  ['an entry that is not an object', '[null]', /\[0\] is not an object with secretId and overlap$/],
  ['an empty id', '[{"secretId":"","overlap":"1h"}]', /\[0\]\.secretId/],
  ['no overlap', '[{"secretId":"a"}]', /\[0\]\.overlap must be a duration like PT1H or 1h$/],
  ['an overlap that is none', '[{"secretId":"a","overlap":"soon"}]', /overlap of a/],
  ['an overlap of nothing', '[{"secretId":"a","overlap":"0s"}]', /overlap of a/],
  ['an overlap below nothing', '[{"secretId":"a","overlap":"-1h"}]', /overlap of a/],
  [
    'a permission that is a word',
    '[{"secretId":"a","overlap":"1h","allowHardCut":"no"}]',
    /allowHardCut/,
  ],
  [
    'a member misspelt',
    '[{"secretId":"a","overlap":"1h","allowHardcut":true}]',
    /allowHardcut, only secretId, overlap and allowHardCut$/,
  ],
  ['a secret twice', JSON.stringify([entry, entry]), /app\/secret is configured twice/],
])('refuses %s, and says where', (_name, json, problem) => {
  expect(() => readRotationEntries(json)).toThrow(ConfigError)
  expect(() => readRotationEntries(json)).toThrow(problem)
})

test('finds the entry of a secret by its name or its ARN', () => {
  const byArn = { secretId: 'arn:x', overlap: '1h' }
  const settings = { entries: [entry, byArn], ...unprotected, tokenEndpoint: '' }

  expect(entryOf(settings, { arn: 'arn:y', name: 'app/secret' })).toBe(entry)
  expect(entryOf(settings, { arn: 'arn:x', name: 'x' })).toBe(byArn)
  expect(entryOf(settings, { arn: 'arn:z', name: 'z' })).toBeUndefined()
})

test('reads how long an overlap is', () => {
  expect(overlapMsOf(entry)).toBe(3_600_000)
})
