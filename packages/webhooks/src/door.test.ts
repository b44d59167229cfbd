import { ConfigError } from '@lapse/core/errors'
import { recordingMetrics } from '@lapse/core/testing'
import { afterEach, expect, test, vi } from 'vitest'
import { door } from './door.ts'
import { brokenServices, doorway, otherSecret, secret } from './testing/doorway.ts'
import { signGitHub, signPolis, signStandard } from './testing/sign.ts'

const largest = 262_144
const body = JSON.stringify({
  type: 'user.deleted',
  timestamp: '2026-01-02T03:04:00Z',
  data: { subject: 'alice' },
})

/** JSON of a size, which is a user.deleted but for what it is padded with. */
const sized = (bytes: number) => body.padEnd(bytes, ' ')

const unauthorized = { error: { reason: 'unauthorized' } }

afterEach(() => {
  vi.restoreAllMocks()
})

test('answers once the message is on its queue, and not before', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const order: string[] = []
  const { post } = doorway({
    enqueue: async () => {
      order.push('asked')
      await promise
      order.push('queued')
    },
  })
  const answer = post('standard', body, signStandard(body)).then(({ headers }) => {
    order.push('answered')
    expect(headers.has('retry-after')).toBe(false)
  })
  resolve()
  await answer

  expect(order).toEqual(['asked', 'queued', 'answered'])
})

test.each([
  ['none', {}],
  ['one of another body', signStandard('{}')],
  ['one with another secret', signStandard(body, { secret: otherSecret })],
  ['an old one', signStandard(body, { timestamp: '1767322744' })],
  ['one of the future', signStandard(body, { timestamp: '1767323346' })],
])('answers 401 to a signature that is %s, and says no more', async (_name, headers) => {
  const { post, queued, metrics, log } = doorway()

  expect(await post('standard', body, headers)).toMatchObject({ status: 401, body: unauthorized })
  expect(queued).toEqual([])
  expect(metrics.counts).toEqual({ WebhooksRefused: 1 })
  expect(log.lines).toEqual([
    { level: 'warn', message: 'webhook refused', fields: { source: 'standard', status: 401 } },
  ])
})

test('verifies before it reads', async () => {
  const { post } = doorway()

  expect(await post('standard', 'no JSON', signStandard(body))).toMatchObject({ status: 401 })
})

test('asks for the secrets of the source, and takes either', async () => {
  const asked: string[] = []
  const { post } = doorway({
    secretsOf: async (source) => {
      asked.push(source)
      return [secret, otherSecret]
    },
  })

  expect(await post('standard', body, signStandard(body))).toMatchObject({ status: 202 })
  expect(await post('standard', body, signStandard(body, { secret: otherSecret }))).toMatchObject({
    status: 202,
  })
  expect(asked).toEqual(['standard', 'standard'])
})

test('goes by the clock it is given', async () => {
  const { post, clock } = doorway()
  clock.advance(301_000)

  expect(await post('standard', body, signStandard(body))).toMatchObject({ status: 401 })
  expect(
    await post('standard', body, signStandard(body, { timestamp: '1767323346' })),
  ).toMatchObject({ status: 202 })
})

test.each([
  'nobody',
  'STANDARD',
  'Standard',
  'standard%00',
  'standard//',
  'standard/more',
  '../webhooks',
  '%2e%2e',
  '%2e%2e%2fsources',
  '..%2f..%2fdoor',
  'standard%2f..%2fgithub',
  '__proto__',
  'constructor',
])('answers 404 to the source %s', async (source) => {
  const { post, queued, metrics } = doorway()

  expect(await post(source, body, signStandard(body))).toMatchObject({
    status: 404,
    body: { error: { reason: 'not-found' } },
  })
  expect(queued).toEqual([])
  expect(metrics.counts).toEqual({})
})

test('takes a path that ends in a slash for the same source', async () => {
  const { post, queued, metrics } = doorway()
  const ways = ['standard', 'standard/', 'standard/?from=svix']
  for (const way of ways)
    expect(await post(way, body, signStandard(body))).toMatchObject({ status: 202 })
  expect(await post('standard/', body)).toMatchObject({ status: 401 })

  expect(queued.map(({ event }) => event['source'])).toEqual(ways.map(() => 'webhook:standard'))
  expect(metrics.counts).toEqual({ WebhooksAccepted: 3, WebhooksRefused: 1 })
  expect(metrics.sources).toEqual({ standard: { EventsQueued: 3, EventsPassedOver: 0 } })
})

test('answers 404 to a source that is switched off', async () => {
  const { post, log } = doorway({ sources: ['github'] })

  expect(await post('standard', body, signStandard(body))).toMatchObject({ status: 404 })
  expect(log.lines.map(({ fields }) => fields)).toEqual([{ status: 404 }])
})

test.each(['../door', 'a/b', '-a', 'A', '', 'standard '])(
  'never looks for a file called %j, though it is switched on',
  async (source) => {
    const { app, post } = doorway({ sources: [source] })
    const path = encodeURIComponent(source)

    expect(await post(path, body, signStandard(body))).toMatchObject({ status: 404 })
    expect((await app.request(`/webhooks/${path}`)).status).toBe(404)
  },
)

test('answers 503 for a source that has no file', async () => {
  const { post, log, metrics } = doorway({ sources: ['nobody'] })

  expect(await post('nobody', body)).toMatchObject({ status: 503 })
  expect(log.lines).toMatchObject([
    { level: 'error', fields: { source: 'nobody', status: 503, code: 'ERR_CONFIG' } },
  ])
  expect(metrics.counts).toEqual({ WebhooksFailed: 1, ConfigurationErrors: 1 })
})

test.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('answers 404 to %s', async (method) => {
  const { app } = doorway()

  expect((await app.request('/webhooks/standard', { method })).status).toBe(404)
})

test.each([
  ['is not JSON', '{"type":', 'not-json'],
  ['begins with a byte order mark', `\uFEFF${body}`, 'not-json'],
  ['is empty', '', 'not-json'],
  ['is null', 'null', 'malformed-event: it does not say its type'],
  [
    'is not UTF-8',
    Buffer.from('{"type":"user.deleted","data":{"subject":"\xff"}}', 'latin1'),
    'not-utf-8',
  ],
])('answers 422 to a body that %s', async (_name, sent, reason) => {
  const { post, queued, metrics, log } = doorway()

  expect(await post('standard', sent, signStandard(sent))).toMatchObject({
    status: 422,
    body: { error: { reason } },
  })
  expect(queued).toEqual([])
  expect(metrics.counts).toEqual({ WebhooksUnreadable: 1 })
  expect(log.lines[0]?.fields).toEqual({ source: 'standard', status: 422, reason })
})

test('reads no member that is inherited, and none that occurs twice', async () => {
  const { post, queued } = doorway()
  const inherited = body.replace('"data":', '"data":{"__proto__":{"subject":"alice"}},"more":')
  const twice = body.replace('"subject":', '"subject":"bob","subject":')

  expect(await post('standard', inherited, signStandard(inherited))).toMatchObject({ status: 422 })
  expect(await post('standard', twice, signStandard(twice))).toMatchObject({
    status: 422,
    body: { error: { reason: 'duplicate-member: an object holds the same member twice' } },
  })
  expect(queued).toEqual([])
})

test.each([
  ['with its length', (bytes: string) => bytes],
  ['without its length', (bytes: string) => new Blob([bytes]).stream()],
])('takes the largest body %s, and answers 413 to a larger one', async (_name, send) => {
  const { app, metrics, queued } = doorway()
  const post = (text: string) =>
    app.request('/webhooks/standard', {
      method: 'POST',
      headers: {
        ...signStandard(text),
        ...(typeof send(text) === 'string' ? { 'content-length': String(text.length) } : {}),
      },
      body: send(text),
      duplex: 'half',
    } as RequestInit)

  expect((await post(sized(largest))).status).toBe(202)
  expect((await post(sized(largest + 1))).status).toBe(413)
  expect(metrics.counts).toEqual({ WebhooksAccepted: 1, WebhooksRefused: 1 })
  expect(queued).toHaveLength(1)
})

test('does not believe a request that calls itself short', async () => {
  const { post } = doorway()
  const text = sized(largest + 1)
  const headers = { ...signStandard(text), 'content-length': '10' }

  expect(await post('standard', text, headers)).toMatchObject({ status: 413 })
})

test('answers 404 before it reads a body that is too large', async () => {
  const { post } = doorway()

  expect(await post('nobody', sized(largest + 1))).toMatchObject({ status: 404 })
})

test('answers 503 when the queue is down, and when to come again', async () => {
  const { post, log, metrics } = doorway({
    enqueue: () => Promise.reject(new Error('alice is not wanted')),
  })
  const { status, headers, body: told } = await post('standard', body, signStandard(body))

  expect(status).toBe(503)
  expect(told).toEqual({ error: { reason: 'unavailable' } })
  expect(headers.get('retry-after')).toBe('5')
  expect(metrics.counts).toEqual({ WebhooksFailed: 1 })
  expect(log.lines).toEqual([
    {
      level: 'error',
      message: 'webhook not taken',
      fields: { source: 'standard', status: 503, code: 'Error' },
    },
  ])
})

test('answers 503 to a batch of which a part could not be queued', async () => {
  const taken: string[] = []
  const { post } = doorway({
    enqueue: async (_stem, message) => {
      if (message.includes('u-11')) throw new Error('down')
      taken.push(message)
    },
  })
  const batch = JSON.stringify(
    Array.from({ length: 25 }, (_, index) => ({
      event: 'user.deleted',
      data: { id: `u-${index}` },
    })),
  )

  expect(await post('polis', batch, signPolis(batch))).toMatchObject({ status: 503 })
  expect(taken.length).toBeLessThan(20)
})

test.each([
  ['no secret', []],
  ['an empty one', ['']],
  ['a good one and an empty one', [secret, '']],
  ['one of white space', [' ']],
  ['one that is not base64', ['p@ssword-p@ssword-p@ssword']],
  ['one of a few characters', ['p@ssword']],
  ['one of a few bytes', [`whsec_${Buffer.alloc(15).toString('base64')}`]],
])('answers 503 where the source has %s', async (_name, secrets) => {
  const { post, queued, log } = doorway({ secretsOf: async () => secrets })

  expect(await post('standard', body, signStandard(body))).toMatchObject({ status: 503 })
  expect(queued).toEqual([])
  expect(log.lines[0]?.fields).toMatchObject({ code: 'ERR_CONFIG', source: 'standard' })
  expect(JSON.stringify(log.lines)).not.toContain('p@ssword')
})

test.each([
  ['github', '', 503],
  ['github', ' ', 503],
  ['github', 'fifteen-letters', 503],
  ['polis', '', 503],
  // A secret that comes along and is too short to be one is not compared with any.
  ['ory-actions', '', 401],
])('takes nothing that is signed for %s with the secret %j', async (source, empty, status) => {
  const { post, queued } = doorway({ secretsOf: async () => [empty] })
  const headers = {
    ...signGitHub(body, { secret: empty }),
    ...signPolis(body, { secret: empty }),
    'x-lapse-secret': empty,
  }

  expect(await post(source, body, headers)).toMatchObject({ status })
  expect(queued).toEqual([])
})

test('answers 503 in time where a batch takes too long, and queues no more of it', async () => {
  const batch = JSON.stringify(
    Array.from({ length: 40 }, (_, index) => ({
      event: 'user.deleted',
      data: { id: `u-${index}` },
    })),
  )
  const taken: string[] = []
  const { post, clock } = doorway({
    enqueue: async (_stem, text) => {
      taken.push(text)
      clock.advance(300)
    },
  })

  expect(await post('polis', batch, signPolis(batch))).toMatchObject({ status: 503 })
  expect(taken).toHaveLength(20)
})

test('answers 503 where secrets cannot be had', async () => {
  const { post, log } = doorway({
    secretsOf: () => Promise.reject(new ConfigError('secret webhooks/standard: there is none')),
  })

  expect(await post('standard', body, signStandard(body))).toMatchObject({ status: 503 })
  expect(log.lines[0]?.fields).toMatchObject({ problem: 'secret webhooks/standard: there is none' })
})

test('answers 503 without details where there are no services', async () => {
  const printed = vi.spyOn(console, 'error').mockReturnValue(undefined)
  const response = await door(brokenServices).request('/webhooks/standard', {
    method: 'POST',
    body,
  })

  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('5')
  expect(await response.json()).toEqual({ error: { reason: 'unavailable' } })
  expect(JSON.parse(String(printed.mock.calls[0]?.[0]))).toMatchObject({ code: 'ERR_CONFIG' })
})

test('asks for its services with every request', async () => {
  vi.spyOn(console, 'error').mockReturnValue(undefined)
  const { services } = doorway()
  const attempts = [brokenServices, async () => services]
  const app = door(async () => (attempts.shift() ?? brokenServices)())
  const post = () =>
    app.request('/webhooks/standard', { method: 'POST', headers: signStandard(body), body })

  expect((await post()).status).toBe(503)
  expect((await post()).status).toBe(202)
})

test('logs a line for each request and nothing that it held', async () => {
  const { post, log, metrics } = doorway()
  const headers = signStandard(body)
  await post('standard', body, headers)
  await post('standard', `${body} `, headers)
  await post(
    'standard',
    body.replace('subject', 'user'),
    signStandard(body.replace('subject', 'user')),
  )

  expect(log.lines).toHaveLength(3)
  expect(log.lines[0]).toEqual({
    level: 'info',
    message: 'webhook queued',
    fields: {
      source: 'standard',
      status: 202,
      types: ['user.deleted'],
      queued: 1,
      ignored: 0,
      event_id: 'msg_1',
    },
  })
  for (const held of ['alice', secret.slice(6), headers['webhook-signature'] ?? ''])
    expect(JSON.stringify(log.lines)).not.toContain(held)
  expect(metrics.counts).toEqual({
    WebhooksAccepted: 1,
    WebhooksRefused: 1,
    WebhooksUnreadable: 1,
  })
})

test('flushes its metrics once for each request', async () => {
  const flushes: number[] = []
  const metrics = { ...recordingMetrics(), flush: () => void flushes.push(1) }
  const { post } = doorway({ metrics })
  await post('standard', body, signStandard(body))
  await post('standard', body)
  await post('nobody', body)

  expect(flushes).toHaveLength(3)
})
