import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventError } from '../errors.ts'
import { parseAppOffboarded } from './app-offboarded.ts'
import { canonicalJson } from './canonical-json.ts'
import { idempotencyKey, subjectPseudonym } from './idempotency-key.ts'
import { parseUserDeleted } from './user-deleted.ts'

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

test('never names an event anew: rows of a ledger live longer than a deployment', () => {
  const common = { specversion: '1.0', time: '2026-01-02T03:04:05Z' }
  const user = {
    ...common,
    id: 'e-1',
    source: 'https://accounts.example',
    type: 'user.deleted',
    data: { subject: 'ren\u00e9/', z: [1.5, { b: null, a: '\u2028"' }], '10': 1, '9': -0 },
  }
  const app = {
    ...common,
    id: 'e-2',
    source: 's',
    type: 'app.offboarded',
    data: {
      mode: 'delete',
      client_id: 'mail/app',
      issuers: ['https://p.example/'],
      secret_ids: ['s'],
    },
  }
  const ory = {
    name: 'IdentityDeleted',
    timestamp: common.time,
    projectId: 'p-1',
    eventAttributes: { IdentityID: 'alice', ProjectID: 'p-1' },
  }

  expect(idempotencyKey(key, parseUserDeleted(JSON.stringify(user)))).toBe(
    'b3bef53dc181b1ec2f5dff9a423268f9ecdd7258dceb18de3bf5a9e4dabc667a',
  )
  expect(idempotencyKey(key, parseAppOffboarded(JSON.stringify(app)))).toBe(
    'fcc6851e774ac04ede3755fa94bf070aab4b2c29b6c1314d0a7ec0729977328e',
  )
  expect(parseUserDeleted(JSON.stringify(ory)).id).toBe(
    '565d4a3b844bbdca4a7a77f7102f7d30ca2ff01c5fbcf64384a50965ea51ea77',
  )
})

test('canonical JSON refuses what is nested without end', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)
  const deepest: unknown = JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`)

  expect(() => canonicalJson(deep)).toThrow(
    new EventError('malformed-event: it is nested too deeply'),
  )
  expect(canonicalJson(deepest)).toBe(JSON.stringify(deepest))
})
