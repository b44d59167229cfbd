import { expect, test } from 'vitest'
import { doorway } from '../../testing/doorway.ts'
import { signStandard } from '../../testing/sign.ts'
import { source } from './source.ts'

const payload = {
  data: { deleted: true, id: 'user_29wBMCtzATuFJut8jO2VNTVekS4', object: 'user' },
  event_attributes: { http_request: { client_ip: '192.0.2.1', user_agent: 'Mozilla/5.0' } },
  object: 'event',
  timestamp: 1_767_323_000_123,
  type: 'user.deleted',
}

const send = async (changes: object = {}) => {
  const here = doorway()
  const body = JSON.stringify({ ...payload, ...changes })
  const headers = signStandard(body, { prefix: 'svix' })
  return { ...here, answer: await here.post('clerk', body, headers) }
}

test('queues the user under the id that Svix gave the message', async () => {
  const { answer, queued } = await send()

  expect(answer).toMatchObject({ status: 202, body: { id: 'msg_1' } })
  expect(queued).toEqual([
    {
      stem: 'user-deleted',
      event: {
        specversion: '1.0',
        id: 'msg_1',
        source: 'webhook:clerk',
        type: 'user.deleted',
        time: '2026-01-02T03:03:20.123Z',
        data: { subject: 'user_29wBMCtzATuFJut8jO2VNTVekS4' },
      },
    },
  ])
})

test('takes the time of the signature where the payload has none', async () => {
  const { queued } = await send({ timestamp: undefined })

  expect(queued[0]?.event['time']).toBe('2026-01-02T03:04:05.000Z')
})

test.each([
  ['a type that is not in the catalog', { type: 'user.banned' }],
  ['a type that is inherited', { type: 'constructor' }],
  ['no id', { data: { deleted: true, object: 'user' } }],
  ['a text for a time', { timestamp: '2026-01-02T03:04:05Z' }],
  ['a time that is none', { timestamp: 9e15 }],
  ['a time of another calendar', { timestamp: 8e15 }],
  ['no time but a member for it', { timestamp: null }],
])('queues nothing of %s', async (_name, changes) => {
  const { answer, queued } = await send(changes)

  expect(answer.status).toBe(422)
  expect(queued).toEqual([])
})

test('refuses the headers of Standard Webhooks', async () => {
  const here = doorway()
  const body = JSON.stringify(payload)

  expect(await here.post('clerk', body, signStandard(body))).toMatchObject({ status: 401 })
})

test.each(['user.created', 'session.ended', 'waitlistEntry.updated'])(
  'passes %s over, and counts it for Clerk',
  async (type) => {
    const { answer, queued, metrics } = await send({ type, data: { id: 'user_x' } })

    expect(answer).toMatchObject({ status: 202, body: { ids: [], ignored: 1 } })
    expect(queued).toEqual([])
    expect(metrics.counts).toEqual({ WebhooksAccepted: 1 })
    expect(metrics.sources).toEqual({ clerk: { EventsQueued: 0, EventsPassedOver: 1 } })
  },
)

test('passes nothing over that it makes an event of', () => {
  expect(source.passedOver).not.toContain('user.deleted')
  expect(new Set(source.passedOver).size).toBe(source.passedOver?.length)
})

test('takes a user who is banned for suspended, and passes over every other update', async () => {
  const user = { id: 'user_1', object: 'user' }
  const banned = await send({ type: 'user.updated', data: { ...user, banned: true } })
  const renamed = await send({ type: 'user.updated', data: { ...user, banned: false } })

  expect(banned.queued).toMatchObject([
    { stem: 'user-suspended', event: { type: 'user.suspended', data: { subject: 'user_1' } } },
  ])
  expect(renamed.answer).toMatchObject({ status: 202, body: { ids: [], ignored: 1 } })
  expect(renamed.queued).toEqual([])
})
