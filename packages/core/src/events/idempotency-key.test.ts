import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import { idempotencyKey, subjectPseudonym } from './idempotency-key.ts'

const key = new Uint8Array(32).fill(7)
const event = { source: 's', id: '1', type: 'user.deleted', data: { subject: 'alice', n: 1 } }

test('names an event the same whatever the order of its members', () => {
  const reordered = { ...event, data: { n: 1, subject: 'alice' } }

  expect(idempotencyKey(key, reordered)).toBe(idempotencyKey(key, event))
})

test.each([
  ['source', { source: 't' }],
  ['id', { id: '2' }],
  ['type', { type: 'user.gone' }],
  ['content', { data: { subject: 'bob', n: 1 } }],
])('names an event otherwise if its %s is another', (_member, change) => {
  expect(idempotencyKey(key, { ...event, ...change })).not.toBe(idempotencyKey(key, event))
})

test('depends on the ledger key', () => {
  const other = new Uint8Array(32).fill(8)

  expect(idempotencyKey(other, event)).not.toBe(idempotencyKey(key, event))
  expect(subjectPseudonym(other, 'alice')).not.toBe(subjectPseudonym(key, 'alice'))
})

test('is 64 hex digits', () => {
  expect(idempotencyKey(key, event)).toMatch(/^[0-9a-f]{64}$/)
  expect(subjectPseudonym(key, 'alice')).toMatch(/^[0-9a-f]{64}$/)
})

test('canonical JSON means the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('canonical JSON sorts members by code unit and leaves out what is undefined', () => {
  expect(canonicalJson({ b: 1, a: [{ d: null, c: undefined }], Z: 'ü' })).toBe(
    '{"Z":"ü","a":[{"d":null}],"b":1}',
  )
})
