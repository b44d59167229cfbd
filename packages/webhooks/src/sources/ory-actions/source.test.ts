import { expect, test } from 'vitest'
import { doorway, type Headers, secret } from '../../testing/doorway.ts'

const time = '2026-01-02T03:00:00Z'
const userDeleted = { type: 'user.deleted', data: { subject: 'alice' } }
const bearer = { authorization: `Bearer ${secret}` }

const send = async (payload: unknown, headers: Headers = bearer) => {
  const here = doorway()
  return { ...here, answer: await here.post('ory-actions', JSON.stringify(payload), headers) }
}

test.each([
  ['a bearer token', bearer],
  ['basic authentication', { authorization: `Basic ${btoa(`lapse:${secret}`)}` }],
  ['a header of its own', { 'x-lapse-secret': secret }],
])('queues a deleted user that comes with %s', async (_name, headers: Headers) => {
  const { answer, queued } = await send(userDeleted, headers)

  expect(answer.status).toBe(202)
  expect(queued).toMatchObject([
    {
      stem: 'user-deleted',
      event: {
        id: expect.stringMatching(/^[0-9a-f]{64}$/),
        source: 'webhook:ory-actions',
        time: '2026-01-02T03:04:05.000Z',
        data: { subject: 'alice' },
      },
    },
  ])
})

test.each([
  ['none', {}],
  ['another', { authorization: 'Bearer no' }],
])('refuses a request with %s secret', async (_name, headers: Headers) => {
  const { answer, queued } = await send(userDeleted, headers)

  expect(answer.status).toBe(401)
  expect(queued).toEqual([])
})

test('queues the deletion of an app that says its time', async () => {
  const data = { client_id: 'mail', mode: 'delete' }
  const { queued } = await send({ type: 'app.offboarded', time, data })

  expect(queued).toMatchObject([{ stem: 'app-offboarded', event: { time, data } }])
})

test.each([
  ['suspend', { type: 'app.offboarded', time, data: { client_id: 'mail', mode: 'suspend' } }],
  [
    'delete without a time',
    { type: 'app.offboarded', data: { client_id: 'mail', mode: 'delete' } },
  ],
  ['a rotated key', { type: 'key.rotated', time, data: {} }],
])('refuses %s: it could be replayed', async (_name, payload) => {
  const { answer, queued } = await send(payload)

  expect(answer).toMatchObject({
    status: 422,
    body: { error: { reason: expect.stringMatching(/^replayable: /) } },
  })
  expect(queued).toEqual([])
})
