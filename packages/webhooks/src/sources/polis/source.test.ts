import { expect, test } from 'vitest'
import { doorway } from '../../testing/doorway.ts'
import { signPolis } from '../../testing/sign.ts'

const user = {
  id: 'u-1',
  first_name: 'Ada',
  last_name: 'L',
  email: 'ada@acme.example',
  active: true,
  raw: { externalId: 'ada' },
}

const payload = (event: string, data: object = user) => ({
  event,
  tenant: 'acme',
  product: 'crm',
  directory_id: 'd-1',
  data,
})

const deleted = (id: string) => payload('user.deleted', { ...user, id })

const send = async (sent: unknown, here = doorway(), header?: string) => {
  const body = JSON.stringify(sent)
  return { ...here, answer: await here.post('polis', body, signPolis(body, {}, header)) }
}

test.each(['Ory-Polis-Signature', 'Ory-Signature', 'BoxyHQ-Signature'])(
  'queues a deleted user that is signed in %s',
  async (header) => {
    const { answer, queued } = await send(payload('user.deleted'), doorway(), header)
    const id = expect.stringMatching(/^[0-9a-f]{64}$/)

    expect(answer).toMatchObject({ status: 202, body: { id } })
    expect(queued).toEqual([
      {
        stem: 'user-deleted',
        event: {
          specversion: '1.0',
          id,
          source: 'webhook:polis',
          type: 'user.deleted',
          time: '2026-01-02T03:04:05.000Z',
          data: { subject: 'u-1' },
        },
      },
    ])
  },
)

test.each([false, 'False', 'false', 'FALSE', 0, '0', [{ value: 'False' }], { value: false }])(
  'takes a user whose active is %j for suspended',
  async (active) => {
    const { answer, queued } = await send(payload('user.updated', { ...user, active }))

    expect(answer.status).toBe(202)
    expect(queued).toMatchObject([
      { stem: 'user-suspended', event: { type: 'user.suspended', data: { subject: 'u-1' } } },
    ])
  },
)

test('takes a user who is not active for deleted where a deployment says so', async () => {
  const here = doorway({ deactivatedUsersAre: 'deleted' })
  const { queued } = await send(payload('user.updated', { ...user, active: false }), here)

  expect(queued).toMatchObject([
    { stem: 'user-deleted', event: { type: 'user.deleted', data: { subject: 'u-1' } } },
  ])
})

test.each([
  ['an active user that is updated', payload('user.updated')],
  ['a user of whom nobody says that', payload('user.updated', { id: 'u-1' })],
  ['a user of whom nothing is said', payload('user.updated', { ...user, active: null })],
  ['a user who is active as a text', payload('user.updated', { ...user, active: 'TRUE' })],
  ['a user who is active in a list', payload('user.updated', { ...user, active: [{ value: 1 }] })],
  ['a user that is created', payload('user.created')],
  ['a group', payload('group.user_removed')],
])('passes %s over', async (_name, sent) => {
  const { answer, queued } = await send(sent)

  expect(answer).toMatchObject({ status: 202, body: { ids: [], ignored: 1 } })
  expect(queued).toEqual([])
})

test.each(['no', '', 2, {}, [], [false, true], 'inactive'])(
  'refuses a user whose active is %j, which is not a boolean',
  async (active) => {
    const { answer, queued } = await send(payload('user.updated', { ...user, active }))

    expect(answer).toMatchObject({
      status: 422,
      body: { error: { reason: 'malformed-event: data.active is not a boolean' } },
    })
    expect(queued).toEqual([])
  },
)

test('refuses a type that Polis does not send', async () => {
  const { answer, queued } = await send(payload('user.suspended'))

  expect(answer.status).toBe(422)
  expect(queued).toEqual([])
})

test('counts what it queues and what it passes over', async () => {
  const here = doorway()
  await send([deleted('u-1'), payload('group.created'), deleted('u-2')], here)
  await send(payload('user.updated'), here)
  await send(payload('user.suspended'), here)

  expect(here.metrics.sources).toEqual({ polis: { EventsQueued: 2, EventsPassedOver: 2 } })
})

test('answers a batch 200, the only status that Polis takes for success', async () => {
  const batch = [deleted('u-1'), payload('group.created'), deleted('u-2')]
  const { answer, queued } = await send(batch)
  const [first, second] = queued.map(({ event }) => event)

  expect(answer).toMatchObject({
    status: 200,
    body: { ids: [first?.['id'], second?.['id']], ignored: 1 },
  })
  expect(queued.map(({ event }) => event['data'])).toEqual([{ subject: 'u-1' }, { subject: 'u-2' }])
  expect(first?.['id']).toMatch(/^[0-9a-f]{64}-0$/)
  expect(second?.['id']).toBe(String(first?.['id']).replace(/-0$/, '-2'))
})

test.each([
  ['empty', []],
  ['of other events', [payload('user.created'), payload('group.deleted')]],
])('answers a batch 200 that is %s', async (_name, batch) => {
  const { answer, queued } = await send(batch)

  expect(answer).toMatchObject({ status: 200, body: { ids: [], ignored: batch.length } })
  expect(queued).toEqual([])
})

test.each([
  ['no id', payload('user.deleted', { ...user, id: undefined })],
  ['an empty id', payload('user.deleted', { ...user, id: '' })],
  ['no event', { ...deleted('u-2'), event: undefined }],
  ['nothing at all', null],
])('queues nothing of a batch in which one has %s', async (_name, one) => {
  const { answer, queued } = await send([deleted('u-1'), one])

  expect(answer.status).toBe(422)
  expect(queued).toEqual([])
})

test('makes the same id of the same request, and another when it is signed again', async () => {
  const here = doorway()
  const body = JSON.stringify(deleted('u-1'))
  await here.post('polis', body, signPolis(body))
  await here.post('polis', body, signPolis(body))
  await here.post('polis', body, signPolis(body, { timestamp: '1767323045001' }))
  const [one, again, signedAgain] = here.queued.map(({ event }) => event['id'])

  expect(again).toBe(one)
  expect(signedAgain).not.toBe(one)
})
