import { EventError } from '@lapse/core/errors'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memberAt, readPayload } from './payload.ts'

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`

test('reads JSON', () => {
  expect(readPayload(Buffer.from('{"a":[1,"ü"]}'))).toEqual({ a: [1, 'ü'] })
})

test.each([
  ['nothing', '', 'not-json'],
  ['half an object', '{"subject":"alice"', 'not-json'],
  ['a byte order mark', '\uFEFF{}', 'not-json'],
  ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'not-utf-8'],
  ['half a surrogate pair in bytes', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'not-utf-8'],
  [
    'a member that occurs twice',
    '[{"id":"a"},{"data":{"id":"a","\\u0069d":"b"}}]',
    'duplicate-member: an object holds the same member twice',
  ],
  ['what nests too deeply', nested(33), 'malformed-event: it is nested too deeply'],
  ['what nests without end', nested(100_000), 'malformed-event: it is nested too deeply'],
])('refuses %s', (_name, body, reason) => {
  expect(() => readPayload(Buffer.from(body))).toThrow(new EventError(reason))
})

test('reads what nests as deeply as an event may', () => {
  expect(readPayload(Buffer.from(nested(32)))).toEqual(JSON.parse(nested(32)))
})

test('reads any JSON and refuses any other bytes, and throws nothing else', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), fc.json().map(Buffer.from)), (body) => {
      try {
        readPayload(body)
      } catch (error) {
        expect(error).toBeInstanceOf(EventError)
      }
    }),
  )
})

test('finds a member by its path', () => {
  const payload = { data: { id: 'alice', 'urn:2.0': { id: 'bob' }, emails: [{ value: 'a@b' }] } }

  expect(memberAt(payload, 'data.id')).toBe('alice')
  expect(memberAt(payload, ['data', 'urn:2.0', 'id'])).toBe('bob')
  expect(memberAt(payload, 'data.emails.0.value')).toBe('a@b')
  expect(memberAt(payload, 'data.id.length')).toBeUndefined()
  expect(memberAt(payload, 'data.nothing.id')).toBeUndefined()
  expect(memberAt(null, 'data')).toBeUndefined()
})

test('finds nothing that is inherited', () => {
  expect(memberAt({}, 'constructor.name')).toBeUndefined()
  expect(memberAt({}, '__proto__')).toBeUndefined()
  expect(memberAt(JSON.parse('{"__proto__":{"id":"alice"}}'), 'id')).toBeUndefined()
})
