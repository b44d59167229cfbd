import { expect, test } from 'vitest'
import { doorway } from '../../testing/doorway.ts'
import { signGitHub } from '../../testing/sign.ts'

const time = '2026-01-02T03:00:00Z'
const userDeleted = { type: 'user.deleted', data: { subject: 'alice' } }
const offboarded = (data: object) => ({ type: 'app.offboarded', time, data })

const send = async (payload: unknown, here = doorway()) => {
  const body = JSON.stringify(payload)
  return { ...here, answer: await here.post('github', body, signGitHub(body)) }
}

test('queues a deleted user, as of now where nothing else is said', async () => {
  const { answer, queued } = await send(userDeleted)
  const id = expect.stringMatching(/^[0-9a-f]{64}$/)

  expect(answer).toMatchObject({ status: 202, body: { id } })
  expect(queued).toEqual([
    {
      stem: 'user-deleted',
      event: {
        specversion: '1.0',
        id,
        source: 'webhook:github',
        type: 'user.deleted',
        time: '2026-01-02T03:04:05.000Z',
        data: { subject: 'alice' },
      },
    },
  ])
})

test('takes the time that the payload says', async () => {
  const { queued } = await send({ ...userDeleted, time })

  expect(queued[0]?.event['time']).toBe(time)
})

test('queues the deletion of an app that says its time', async () => {
  const { queued } = await send(offboarded({ client_id: 'mail', mode: 'delete' }))

  expect(queued).toMatchObject([
    { stem: 'app-offboarded', event: { time, data: { client_id: 'mail', mode: 'delete' } } },
  ])
})

test.each([
  ['suspend', offboarded({ client_id: 'mail', mode: 'suspend' })],
  ['restore', offboarded({ client_id: 'mail', mode: 'restore' })],
  ['reset', offboarded({ client_id: 'mail', mode: 'reset' })],
  ['an app without a mode', offboarded({ client_id: 'mail' })],
  [
    'delete without a time',
    { ...offboarded({ client_id: 'mail', mode: 'delete' }), time: undefined },
  ],
  [
    'delete with a time of nothing',
    { ...offboarded({ client_id: 'mail', mode: 'delete' }), time: null },
  ],
  [
    'delete with a time that has not come',
    { ...offboarded({ client_id: 'mail', mode: 'delete' }), time: '2026-01-02T03:09:06Z' },
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

test.each([
  ['another type', { ...userDeleted, type: 'push' }],
  ['no subject', { ...userDeleted, data: {} }],
  ['a time that is none', { ...userDeleted, time: 'now' }],
  ['a time of nothing', { ...userDeleted, time: null }],
])('queues nothing of %s', async (_name, payload) => {
  const { answer, queued } = await send(payload)

  expect(answer.status).toBe(422)
  expect(queued).toEqual([])
})

test('takes the same body for the same event within an hour', async () => {
  const here = doorway()
  await send(userDeleted, here)
  here.clock.advance(55 * 60_000)
  await send(userDeleted, here)
  here.clock.advance(60_000)
  await send(userDeleted, here)
  const [one, again, later] = here.queued.map(({ event }) => event['id'])

  expect(again).toBe(one)
  expect(later).not.toBe(one)
})
