import { expect, test } from 'vitest'
import { doorway } from '../../testing/doorway.ts'
import { signStandard } from '../../testing/sign.ts'

const event = {
  specversion: '1.0',
  id: 'alice was here',
  source: 'https://accounts.example/alice',
  type: 'user.deleted',
  time: '2026-01-02T03:00:00Z',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  data: { subject: 'alice', why: 'asked' },
}

const send = async (payload: unknown) => {
  const here = doorway()
  const body = JSON.stringify(payload)
  const headers = { 'content-type': 'application/cloudevents+json', ...signStandard(body) }
  return { ...here, answer: await here.post('cloudevents', body, headers) }
}

test('queues the event as it stands', async () => {
  const { answer, queued, bodies } = await send(event)

  expect(answer).toMatchObject({ status: 202, body: { id: 'alice was here' } })
  expect(queued).toEqual([{ stem: 'user-deleted', event }])
  expect(bodies).toEqual([JSON.stringify(event)])
})

test('logs nothing that the publisher chose', async () => {
  const { log } = await send(event)

  expect(log.lines).toEqual([
    {
      level: 'info',
      message: 'webhook queued',
      fields: {
        source: 'cloudevents',
        status: 202,
        types: ['user.deleted'],
        queued: 1,
        ignored: 0,
      },
    },
  ])
})

test('queues an app on its own queue', async () => {
  const data = { client_id: 'mail', mode: 'suspend' }
  const { queued } = await send({ ...event, type: 'app.offboarded', data })

  expect(queued).toMatchObject([{ stem: 'app-offboarded', event: { data } }])
})

test.each([
  ['another type', { ...event, type: 'user.created' }],
  ['another version', { ...event, specversion: '0.3' }],
  ['no version', { ...event, specversion: undefined }],
  ['no id', { ...event, id: undefined }],
  ['no source', { ...event, source: undefined }],
  ['no time', { ...event, time: undefined }],
  ['no subject', { ...event, data: {} }],
  [
    'an app in the future',
    {
      ...event,
      type: 'app.offboarded',
      time: '2026-01-02T03:09:06Z',
      data: { client_id: 'mail', mode: 'suspend' },
    },
  ],
  ['a batch in which one is of another type', [event, { ...event, type: 'user.created' }]],
  ['a batch in a batch', [[event]]],
  ['a wrapper', { type: 'user.deleted', 'detail-type': 'user.deleted', detail: event }],
])('queues nothing of %s', async (_name, payload) => {
  const { answer, queued } = await send(payload)

  expect(answer.status).toBe(422)
  expect(queued).toEqual([])
})

test('refuses attributes in headers, which nobody signed', async () => {
  const here = doorway()
  const body = JSON.stringify(event.data)
  const headers = {
    'ce-id': '1',
    'ce-type': 'user.deleted',
    'ce-source': 's',
    'ce-specversion': '1.0',
  }

  expect(await here.post('cloudevents', body, { ...headers, ...signStandard(body) })).toMatchObject(
    {
      status: 422,
      body: { error: { reason: expect.stringMatching(/^binary-mode: /) } },
    },
  )
  expect(here.queued).toEqual([])
})

test('takes no attribute from a header that stands beside a whole event', async () => {
  const here = doorway()
  const body = JSON.stringify(event)
  const headers = { 'ce-id': '1', 'ce-type': 'app.offboarded', 'ce-specversion': '1.0' }
  const batch = JSON.stringify([event])
  await here.post('cloudevents', body, { ...headers, ...signStandard(body) })
  await here.post('cloudevents', batch, { ...headers, ...signStandard(batch) })

  const queued = { stem: 'user-deleted', event }
  expect(here.queued).toEqual([queued, queued])
})

test('takes a batch apart, and answers with the ids of its events', async () => {
  const data = { client_id: 'mail', mode: 'suspend' }
  const offboarded = { ...event, id: 'e-2', type: 'app.offboarded', data }
  const { answer, queued } = await send([event, offboarded])

  expect(answer).toMatchObject({ status: 200, body: { ids: [event.id, 'e-2'], ignored: 0 } })
  expect(queued).toEqual([
    { stem: 'user-deleted', event },
    { stem: 'app-offboarded', event: offboarded },
  ])
  expect(await send([])).toMatchObject({ answer: { status: 200 }, queued: [] })
})

test.each([
  ['a null attribute', { ...event, datacontenttype: null }],
  ['content as a text', { ...event, data: JSON.stringify(event.data) }],
  ['content as base64', { ...event, data: undefined, data_base64: btoa('{"subject":"alice"}') }],
])('takes an event with %s as it stands', async (_what, payload) => {
  const { answer, bodies } = await send(payload)

  expect(answer.status).toBe(202)
  expect(bodies).toEqual([JSON.stringify(payload)])
})

test.each([
  ['as a text', (data: object) => ({ data: JSON.stringify(data) })],
  ['as base64', (data: object) => ({ data: undefined, data_base64: btoa(JSON.stringify(data)) })],
])('looks into content that is sent %s', async (_how, sent) => {
  const derived = { client_id: 'mail', mode: 'delete', of_owner: 'acme' }
  const { answer } = await send({ ...event, type: 'app.offboarded', ...sent(derived) })

  expect(answer).toMatchObject({
    status: 422,
    body: { error: { reason: expect.stringMatching(/^internal-event: /) } },
  })
})

test('passes nothing over', async () => {
  const { answer, metrics } = await send({ ...event, type: 'user.updated' })

  expect(answer.status).toBe(422)
  expect(metrics.sources).toEqual({})
})
