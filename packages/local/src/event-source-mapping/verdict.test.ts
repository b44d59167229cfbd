import { expect, test } from 'vitest'
import { judge } from './verdict.ts'

const ids = ['a', 'b', 'c']

test.each(['null', '{}', '{"batchItemFailures":null}', '{"batchItemFailures":[]}', '{"other":1}'])(
  'takes %s for a success',
  (payload) => {
    expect(judge(payload, ids)).toEqual({ outcome: 'success', failed: new Set() })
  },
)

test.each([
  ['{"batchItemFailures":[{"itemIdentifier":"b"}]}', ['b']],
  ['{"batchItemFailures":[{"itemIdentifier":"c"},{"itemIdentifier":"a"}]}', ['a', 'c']],
  ['{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"a"}]}', ['a']],
])('takes %s for a failure of %j alone', (payload, failed) => {
  expect(judge(payload, ids)).toEqual({ outcome: 'partial-failure', failed: new Set(failed) })
})

test.each([
  ['not JSON', 'ok'],
  ['an empty text', ''],
  ['text', '"ok"'],
  ['a number', '0'],
  ['false', 'false'],
  ['a list', '[]'],
  ['failures that are no list', '{"batchItemFailures":{"itemIdentifier":"a"}}'],
  ['failures that are text', '{"batchItemFailures":"a"}'],
  ['a failure that is an id', '{"batchItemFailures":["a"]}'],
  ['a failure that is null', '{"batchItemFailures":[null]}'],
  ['an unknown id', '{"batchItemFailures":[{"itemIdentifier":"d"}]}'],
  [
    'an unknown id among others',
    '{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"d"}]}',
  ],
  ['an empty id', '{"batchItemFailures":[{"itemIdentifier":""}]}'],
  ['an id that is null', '{"batchItemFailures":[{"itemIdentifier":null}]}'],
  ['an id that is a number', '{"batchItemFailures":[{"itemIdentifier":1}]}'],
  ['a wrong key', '{"batchItemFailures":[{"messageId":"a"}]}'],
])('fails the whole batch for %s', (_case, payload) => {
  expect(judge(payload, ids)).toEqual({ outcome: 'bad-response', failed: new Set(ids) })
})

test('fails the whole batch when the function failed', () => {
  expect(judge(undefined, ids)).toEqual({ outcome: 'function-error', failed: new Set(ids) })
})
