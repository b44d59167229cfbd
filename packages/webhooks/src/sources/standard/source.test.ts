import { expect, test } from 'vitest'
import { doorway } from '../../testing/doorway.ts'
import { signStandard } from '../../testing/sign.ts'

const timestamp = '2026-01-02T03:04:00Z'
const userDeleted = { type: 'user.deleted', timestamp, data: { subject: 'alice', why: 'asked' } }
const jwk = {
  kid: 'k2',
  use: 'sig',
  alg: 'ES256',
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
}

const keyRotated = {
  issuer: 'https://idp.example',
  subject: 'alice',
  scope: ['read'],
  jwk,
  expires_at: '2126-01-02T03:04:05Z',
}

const offboarded = (data: object) => ({ type: 'app.offboarded', timestamp, data })
const ofUser = (subject: string) => ({ ...userDeleted, data: { subject } })
const later = '2026-01-02T03:09:06Z'

const send = async (payload: unknown, doorOf = doorway()) => {
  const body = JSON.stringify(payload)
  return { ...doorOf, answer: await doorOf.post('standard', body, signStandard(body)) }
}

test('queues a deleted user under the id of the message', async () => {
  const { answer, queued } = await send(userDeleted)

  expect(answer).toMatchObject({ status: 202, body: { id: 'msg_1' } })
  expect(queued).toEqual([
    {
      stem: 'user-deleted',
      event: {
        specversion: '1.0',
        id: 'msg_1',
        source: 'webhook:standard',
        type: 'user.deleted',
        time: timestamp,
        data: { subject: 'alice' },
      },
    },
  ])
})

test('puts the subject where the worker looks for it', async () => {
  const { queued } = await send(userDeleted, doorway({ subjectField: 'user_id' }))

  expect(queued[0]?.event['data']).toEqual({ user_id: 'alice' })
})

test.each([
  ['app.offboarded', 'app-offboarded', { client_id: 'mail', mode: 'suspend' }],
  ['app.offboarded', 'app-offboarded', { owner: 'acme/', mode: 'restore' }],
  ['key.rotated', 'key-rotated', keyRotated],
])('queues %s on its own queue as it stands', async (type, stem, data) => {
  const { queued } = await send({ type, timestamp, data })

  expect(queued).toMatchObject([{ stem, event: { type, time: timestamp, data } }])
})

test.each([
  ['of another type', { ...userDeleted, type: 'user.created' }, /^unexpected-type: /],
  ['without a type', { ...userDeleted, type: undefined }, /does not say its type$/],
  ['without a subject', { ...userDeleted, data: {} }, /data\.subject is missing/],
  ['with a number for a subject', { ...userDeleted, data: { subject: 7 } }, /data\.subject/],
  ['without content', { ...userDeleted, data: undefined }, /data\.subject is missing/],
  ['without a time', { ...userDeleted, timestamp: undefined }, /time is missing/],
  [
    'with a number for a time',
    { ...userDeleted, timestamp: 1767323045 },
    /time has to be a time with its zone/,
  ],
  [
    'with a private key',
    { type: 'key.rotated', timestamp, data: { ...keyRotated, jwk: { ...jwk, d: 'd' } } },
    /^private-key/,
  ],
  ['about a client no path reaches', offboarded({ client_id: 'x/', mode: 'delete' }), /^unaddress/],
  ['with a blank subject', ofUser(' '), /^malformed-event: data\.subject is blank$/],
  ['about everybody', ofUser('*'), /^malformed-event: data\.subject is \*/],
  ['with a NUL', ofUser('\0'), /^malformed-event: data\.subject holds a control character$/],
  [
    'about an app in the future',
    { ...offboarded({ client_id: 'mail', mode: 'restore' }), timestamp: later },
    /^time-in-the-future: /,
  ],
  [
    'about a key in the future',
    { type: 'key.rotated', timestamp: later, data: keyRotated },
    /^time-in-the-future: /,
  ],
  [
    'that only lapse itself sends, about a client',
    offboarded({ client_id: 'mail', of_owner: 'acme', mode: 'delete' }),
    /^internal-event: only lapse itself sets data\.of_owner/,
  ],
  [
    'that only lapse itself sends, about the rest of an owner',
    offboarded({ owner: 'acme', after_client_id: 'mail', mode: 'delete' }),
    /^internal-event: /,
  ],
  [
    'that only lapse itself sends, about the parts of an owner',
    offboarded({ parts_of_owner: 'acme', mode: 'delete', issuers: ['https://idp.example'] }),
    /^internal-event: /,
  ],
  ['that is a list', [userDeleted], /does not say its type$/],
])('queues nothing %s', async (_name, payload, reason) => {
  const { answer, queued } = await send(payload)

  expect(answer).toMatchObject({
    status: 422,
    body: { error: { reason: expect.stringMatching(reason) } },
  })
  expect(queued).toEqual([])
})

test('queues a deleted user whose time has yet to come', async () => {
  const { answer } = await send({ ...userDeleted, timestamp: later })

  expect(answer.status).toBe(202)
})

test('queues the same event when the same message comes again', async () => {
  const here = doorway()
  await send(userDeleted, here)
  here.clock.advance(60_000)
  await send(userDeleted, here)

  expect(here.queued[1]).toEqual(here.queued[0])
})

test('passes nothing over', async () => {
  const { answer, metrics } = await send({ ...userDeleted, type: 'user.updated' })

  expect(answer.status).toBe(422)
  expect(metrics.sources).toEqual({})
})
