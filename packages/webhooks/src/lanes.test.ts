import type { LaneRule } from '@lapse/core/lane'
import { expect, test } from 'vitest'
import { doorway } from './testing/doorway.ts'
import { signGitHub, signPolis, signStandard } from './testing/sign.ts'

const time = '2026-01-02T03:04:00Z'
const standard = (lane: unknown) => ({
  type: 'user.deleted',
  timestamp: time,
  lane,
  data: { subject: 'alice' },
})
const cloudEvent = (lane: unknown, changes: object = {}) => ({
  specversion: '1.0',
  id: 'e-1',
  source: 'accounts',
  type: 'user.deleted',
  time,
  lane,
  data: { subject: 'alice' },
  ...changes,
})
const github = (lane: unknown) => ({ type: 'user.deleted', time, lane, data: { subject: 'alice' } })

const senders = {
  standard: { payloadOf: standard, sign: signStandard },
  cloudevents: { payloadOf: cloudEvent, sign: signStandard },
  github: { payloadOf: github, sign: signGitHub },
} as const

type Name = keyof typeof senders
const names = Object.keys(senders) as readonly Name[]

async function send(name: Name, lane: unknown, rule?: LaneRule) {
  const { payloadOf, sign } = senders[name]
  const made = doorway(rule === undefined ? {} : { lanes: { [name]: rule } })
  const body = JSON.stringify(payloadOf(lane))
  return { ...made, answer: await made.post(name, body, sign(body)) }
}

test.each(names)(
  'an incident of %s is on the queue of incidents, where it may say so',
  async (name) => {
    const { answer, queued } = await send(name, 'incident', ['incident'])

    expect(answer.status).toBe(202)
    expect(queued.map(({ stem, event }) => [stem, event['lane']])).toEqual([
      ['user-deleted-incident', 'incident'],
    ])
  },
)

test.each(names)('an incident of %s is refused where nobody has allowed any', async (name) => {
  const { answer, queued } = await send(name, 'incident')

  expect(answer).toMatchObject({
    status: 422,
    body: { error: { reason: 'lane-not-allowed: this source may use deletion, hygiene' } },
  })
  expect(queued).toEqual([])
})

test.each(names)('what takes its time is on the ordinary queue, and says so: %s', async (name) => {
  const { queued } = await send(name, 'hygiene')

  expect(queued.map(({ stem, event }) => [stem, event['lane']])).toEqual([
    ['user-deleted', 'hygiene'],
  ])
})

test.each(names)(
  'a lane that there is not is refused with those that there are: %s',
  async (name) => {
    const { answer } = await send(name, 'urgent-7f3a', ['incident'])

    expect(answer).toMatchObject({
      status: 422,
      body: { error: { reason: 'unknown-lane: lane is not one of incident, deletion, hygiene' } },
    })
  },
)

test.each([
  ['deletion', []],
  [undefined, []],
  [null, []],
  ['deletion', ['incident']],
] as const)('a deletion is one whatever else may be claimed: %j, %j', async (lane, rule) => {
  const { queued } = await send('standard', lane, rule)

  expect(queued.map(({ stem }) => stem)).toEqual(['user-deleted'])
})

test.each(names)('where %s has one lane, what a payload says does not count', async (name) => {
  const one = await send(name, 'hygiene', 'incident')
  const other = await send(name, 'incident', 'hygiene')

  expect(one.queued.map(({ stem, event }) => [stem, event['lane']])).toEqual([
    ['user-deleted-incident', 'incident'],
  ])
  expect(other.queued.map(({ stem, event }) => [stem, event['lane']])).toEqual([
    ['user-deleted', 'hygiene'],
  ])
})

test('a source whose payloads say no lane can be given one', async () => {
  const { post, queued } = doorway({ lanes: { polis: 'hygiene' } })
  const body = JSON.stringify({ event: 'user.deleted', data: { id: 'alice' }, lane: 'incident' })
  await post('polis', body, signPolis(body))

  expect(queued.map(({ stem, event }) => [stem, event['lane']])).toEqual([
    ['user-deleted', 'hygiene'],
  ])
})

test('each event of a batch goes by its own lane and type', async () => {
  const { post, queued } = doorway({ lanes: { cloudevents: ['incident'] } })
  const app = { type: 'app.offboarded', data: { client_id: 'mail', mode: 'suspend' } }
  const body = JSON.stringify([
    cloudEvent('incident'),
    cloudEvent('deletion', { id: 'e-2' }),
    cloudEvent('incident', { ...app, id: 'e-3' }),
  ])
  await post('cloudevents', body, signStandard(body))

  expect(queued.map(({ stem }) => stem)).toEqual([
    'user-deleted-incident',
    'user-deleted',
    'app-offboarded-incident',
  ])
})
