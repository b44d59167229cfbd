import { expect, test } from 'vitest'
import { parseAppOffboarded } from './app-offboarded.ts'
import { idempotencyKey } from './idempotency-key.ts'
import { parseKeyRotated } from './key-rotated.ts'
import { parseUserDeleted } from './user-deleted.ts'

const common = { specversion: '1.0', id: 'e-1', source: 's', time: '2026-01-02T03:04:05Z' }
const jwk = {
  kid: 'k2',
  use: 'sig',
  alg: 'ES256',
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
}
const key = {
  issuer: 'https://idp.example',
  subject: 'alice',
  scope: ['read'],
  jwk,
  expires_at: '2126-01-02T03:04:05Z',
}

const parsers = {
  'user.deleted': { parse: parseUserDeleted, data: { subject: 'alice' } },
  'app.offboarded': { parse: parseAppOffboarded, data: { client_id: 'mail', mode: 'delete' } },
  'key.rotated': { parse: parseKeyRotated, data: key },
} as const

type Type = keyof typeof parsers
const types = Object.keys(parsers) as readonly Type[]

const bodyOf = (type: Type, members: object = {}) =>
  JSON.stringify({ ...common, type, data: parsers[type].data, ...members })
const read = (type: Type, members?: object) => parsers[type].parse(bodyOf(type, members))

test.each(types)('%s says its lane', (type) => {
  expect(read(type, { lane: 'incident' }).lane).toBe('incident')
  expect(read(type, { lane: 'hygiene' }).lane).toBe('hygiene')
})

test.each(types)('%s says no lane where there is none, or null', (type) => {
  expect(read(type)).not.toHaveProperty('lane')
  expect(read(type, { lane: null })).toEqual(read(type))
})

test.each(['Incident', 'urgent', '', 1, ['incident'], { lane: 'incident' }])(
  'the lane %j is refused with those that there are',
  (lane) => {
    for (const type of types)
      expect(() => read(type, { lane })).toThrow(
        'unknown-lane: lane is not one of incident, deletion, hygiene',
      )
  },
)

test('a lane inside the content says nothing', () => {
  const data = { subject: 'alice', lane: 'incident' }

  expect(read('user.deleted', { data })).not.toHaveProperty('lane')
})

test.each([
  [
    'SNS',
    { Type: 'Notification', TopicArn: 't', Message: bodyOf('user.deleted', { lane: 'incident' }) },
  ],
  [
    'EventBridge',
    { 'detail-type': 'x', detail: JSON.parse(bodyOf('user.deleted', { lane: 'incident' })) },
  ],
])('the lane of an event inside %s is the event’s', (_name, content) => {
  expect(parseUserDeleted(JSON.stringify(content)).lane).toBe('incident')
})

test.each(types)('%s is the same event in every lane', (type) => {
  const ledgerKey = new Uint8Array(32).fill(7)
  const names = [{}, { lane: 'incident' }, { lane: 'hygiene' }].map((members) =>
    idempotencyKey(ledgerKey, read(type, members)),
  )

  expect(new Set(names).size).toBe(1)
})
