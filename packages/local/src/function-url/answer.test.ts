import { expect, test } from 'vitest'
import { answerOf } from './answer.ts'

const answer = (result: unknown) => {
  const { body, ...others } = answerOf({ payload: JSON.stringify(result) })
  return { ...others, body: body.toString() }
}
const json = { 'content-type': 'application/json' }

test.each([
  [{ id: 'e-1' }, '{"id":"e-1"}'],
  ['hello', '"hello"'],
  [null, 'null'],
  [[1], '[1]'],
])('takes the result %j, which names no status, for a body', (result, body) => {
  expect(answer(result)).toEqual({ status: 200, headers: json, body })
})

test('answers with status, headers and body as the function says', () => {
  const headers = { 'Content-Type': 'text/html', 'X-Number': 7 }

  expect(answer({ statusCode: 422, headers, body: 'ü' })).toEqual({
    status: 422,
    headers: { 'content-type': 'text/html', 'x-number': '7' },
    body: 'ü',
  })
})

test('answers with no body and as JSON where nothing is said', () => {
  expect(answer({ statusCode: 204 })).toEqual({ status: 204, headers: json, body: '' })
})

test('decodes a body that is encoded', () => {
  const body = Buffer.from([0, 255]).toString('base64')
  const answered = answerOf({
    payload: JSON.stringify({ statusCode: 200, body, isBase64Encoded: true }),
  })

  expect([...answered.body]).toEqual([0, 255])
})

test('sets one cookie after the other', () => {
  const { headers } = answer({ statusCode: 200, cookies: ['a=1; Path=/', 'b=2'] })

  expect(headers).toEqual({ ...json, 'set-cookie': ['a=1; Path=/', 'b=2'] })
  expect(answer({ statusCode: 200, cookies: [] }).headers).toEqual(json)
})

test('lets a function say nothing of the connection', () => {
  const headers = { 'Content-Length': '99', 'transfer-encoding': 'chunked', Connection: 'close' }

  expect(answer({ statusCode: 200, headers }).headers).toEqual(json)
})

test.each([
  { statusCode: '200' },
  { statusCode: 99 },
  { statusCode: 600 },
  { statusCode: 200.5 },
  { statusCode: 200, body: { an: 'object' } },
])('takes %j for no answer', (result) => {
  expect(answer(result)).toMatchObject({ status: 502, body: 'Internal Server Error' })
})
