import { expect, test } from 'vitest'
import { isRowMissing, isSerializationConflict, parseErrorBody } from './error-body.ts'

test('reads the two keys of a handler', () => {
  const text = '{"error":"invalid_request","error_description":"why"}'

  expect(parseErrorBody(text)).toEqual({
    shape: 'handler',
    error: 'invalid_request',
    error_description: 'why',
  })
})

test('reads the envelope of the router and of the edge', () => {
  const text = '{"error":{"code":404,"message":"Not Found","reason":"no route","request":"r-1"}}'

  expect(parseErrorBody(text)).toEqual({
    shape: 'envelope',
    error: 'Not Found',
    error_description: 'no route',
  })
})

test.each([
  '',
  ' ',
  '<html>',
  '[]',
  'null',
  '"Not Found"',
  '{}',
  '{"error":404}',
  '{"message":"x"}',
])('makes nothing of %j', (text) => {
  expect(parseErrorBody(text)).toEqual({ shape: 'unknown' })
})

test.each([
  ['{"error":"Unable to locate the resource","error_description":""}', true],
  ['{"error":"Not Found","error_description":"Unable to locate the requested resource"}', true],
  ['{"error":"Not Found","error_description":"Network IDs are not matching."}', true],
  ['{"error":"Not Found"}', false],
  ['{"error":"Not Found","message":"Route GET:/x not found","statusCode":404}', false],
  [
    '{"error":{"code":404,"message":"Not Found","reason":"The requested route does not exist."}}',
    false,
  ],
  ['{"error":{"message":"Unable to locate the resource"}}', false],
  ['{"error":"not_found","error_description":""}', false],
  ['404 page not found', false],
  ['', false],
])('tells from %s whether a row is missing', (text, missing) => {
  expect(isRowMissing(parseErrorBody(text))).toBe(missing)
})

test('knows a serialization conflict in either key', () => {
  const conflict = 'Unable to serialize access due to a concurrent update in another session'

  expect(isSerializationConflict({ shape: 'handler', error: conflict })).toBe(true)
  expect(
    isSerializationConflict({ shape: 'handler', error: 'x', error_description: conflict }),
  ).toBe(true)
  expect(isSerializationConflict({ shape: 'handler', error: 'invalid_request' })).toBe(false)
  expect(isSerializationConflict({ shape: 'unknown' })).toBe(false)
})
