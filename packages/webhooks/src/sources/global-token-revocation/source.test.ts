import { UnavailableError } from '@lapse/core/errors'
import { memoryLedger } from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { door } from '../../door.ts'
import { webhookHandler } from '../../lambda.ts'
import type { TokenRow } from '../../revocation/claim-token.ts'
import type { RevocationServices } from '../../revocation/services.ts'
import { doorway } from '../../testing/doorway.ts'
import { type Changes, okta, url } from '../../testing/issuer.ts'

const name = 'global-token-revocation'
const issSub = { format: 'iss_sub', iss: 'https://login.acme.example/', sub: 'alice' }
const body = JSON.stringify({ sub_id: issSub })

const send = async (sent: string, changes?: Changes, here = doorway()) => ({
  ...here,
  answer: await here.post(name, sent, okta.headers(changes)),
})

/** A door of which something about revocation is another. */
const doorOf = (changes: Partial<RevocationServices>) => {
  const { services } = doorway()
  const revocation = { ...(services.revocation as RevocationServices), ...changes }
  return doorway({ revocation })
}

test('a signed request signs its user out, as an incident', async () => {
  const { answer, queued, metrics, log } = await send(body)
  const id = expect.stringMatching(/^[0-9a-f]{64}$/)

  expect(answer).toMatchObject({ status: 204, body: undefined })
  expect(queued).toEqual([
    {
      stem: 'user-signed-out-incident',
      event: {
        specversion: '1.0',
        id,
        source: 'webhook:global-token-revocation',
        type: 'user.signed-out',
        time: '2026-01-02T03:04:05.000Z',
        lane: 'incident',
        data: { subject: 'alice', sub_id: issSub },
      },
    },
  ])
  expect(metrics.counts).toEqual({ WebhooksAccepted: 1 })
  expect(metrics.sources).toEqual({ [name]: { EventsQueued: 1, EventsPassedOver: 0 } })
  expect(JSON.stringify(log.lines)).not.toContain('alice')
})

test.each([
  ['sub_id', issSub, 'alice'],
  ['subject', issSub, 'alice'],
  ['subject', { format: 'email', email: 'Alice@ACME.example' }, 'Alice@ACME.example'],
])('takes a subject in %s: %j', async (member, identifier, subject) => {
  const { answer, queued } = await send(JSON.stringify({ [member]: identifier }))

  expect(answer.status).toBe(204)
  expect(queued).toMatchObject([{ event: { data: { subject } } }])
})

test('takes an opaque id from an issuer that may speak for all of them', async () => {
  const opaque = JSON.stringify({ sub_id: { format: 'opaque', id: 'alice' } })
  const here = doorOf({ issuers: [{ ...okta.trusted, opaqueIds: true }] })

  expect((await send(opaque)).answer.status).toBe(403)
  expect((await send(opaque, {}, here)).answer.status).toBe(204)
})

test.each([
  ['a subject of another issuer', { ...issSub, iss: 'https://login.acme.example' }],
  ['an address of another domain', { format: 'email', email: 'eve@evil.example' }],
  ['an address below the domain', { format: 'email', email: 'eve@sub.acme.example' }],
  ['an address that ends like the domain', { format: 'email', email: 'eve@notacme.example' }],
  ['an opaque id', { format: 'opaque', id: 'alice' }],
])('answers 403 to %s, and keeps nothing of it', async (_what, identifier) => {
  const ledger = memoryLedger<TokenRow>()
  const sent = JSON.stringify({ sub_id: identifier })
  const { answer, queued, metrics } = await send(sent, {}, doorOf({ ledger }))

  expect(answer).toMatchObject({ status: 403, body: { error: { reason: 'forbidden' } } })
  expect(queued).toEqual([])
  expect(ledger.rows).toEqual([])
  expect(metrics.counts).toEqual({ WebhooksRefused: 1 })
})

test.each([
  ['no JSON', 'sub_id'],
  ['nobody', '{}'],
  ['two subjects', JSON.stringify({ sub_id: issSub, subject: issSub })],
  ['a member twice', '{"sub_id":{"format":"opaque","id":"a","id":"b"}}'],
  ['another format', '{"sub_id":{"format":"phone_number","phone_number":"+1"}}'],
  ['a format that is inherited', '{"sub_id":{"format":"toString"}}'],
  ['no sub', JSON.stringify({ sub_id: { ...issSub, sub: undefined } })],
  ['a sub that is not a text', JSON.stringify({ sub_id: { ...issSub, sub: ['alice'] } })],
  ['everybody', JSON.stringify({ sub_id: { ...issSub, sub: '*' } })],
  ['two addresses', '{"sub_id":{"format":"email","email":"eve@evil.example@acme.example"}}'],
  ['an address in quotes', '{"sub_id":{"format":"email","email":"\\"a@b\\"@acme.example"}}'],
])('answers 400 to %s, and keeps nothing of it', async (_what, sent) => {
  const ledger = memoryLedger<TokenRow>()
  const { answer, queued, metrics } = await send(sent, {}, doorOf({ ledger }))

  expect(answer.status).toBe(400)
  expect(queued).toEqual([])
  expect(ledger.rows).toEqual([])
  expect(metrics.counts).toEqual({ WebhooksUnreadable: 1 })
})

test('the same request again is the same event', async () => {
  const here = doorway()
  await send(body, {}, here)
  const { answer, queued } = await send(body, {}, here)

  expect(answer.status).toBe(204)
  expect(queued[1]).toEqual(queued[0])
})

test('a JWT that was for another body is refused, whoever brings it', async () => {
  const here = doorway()
  await send(body, {}, here)
  const other = JSON.stringify({ sub_id: { ...issSub, sub: 'bob' } })
  const { answer, queued } = await send(other, {}, here)

  expect(answer.status).toBe(401)
  expect(queued).toHaveLength(1)
  expect((await send(other, { payload: { jti: 'jwt-2' } }, here)).answer.status).toBe(204)
})

test('what a JWT was for is known for as long as the JWT is taken', async () => {
  const here = doorway()
  const { clock } = here
  const later = { payload: { iat: 1_767_323_045 + 60, exp: 1_767_323_045 + 1e6 } }
  await send(body, later, here)
  clock.advance(60_000 + 360_000 - 1)
  const other = JSON.stringify({ sub_id: { ...issSub, sub: 'bob' } })

  expect((await send(other, later, here)).answer.status).toBe(401)
  expect((await send(body, later, here)).answer.status).toBe(204)
  clock.advance(2000)
  expect((await send(body, later, here)).answer.status).toBe(401)
})

test('a request that never reached its queue is taken again', async () => {
  const bodies: string[] = []
  const { post } = doorway({
    enqueue: async (_stem, sent) => {
      if (bodies.push(sent) === 1) throw new UnavailableError('queue', 'Throttling')
    },
  })

  expect((await post(name, body, okta.headers())).status).toBe(503)
  expect((await post(name, body, okta.headers())).status).toBe(204)
  expect(bodies[1]).toBe(bodies[0])
})

test.each([
  ['keys', { keysAt: () => Promise.reject(new UnavailableError('keys', 'gone')) }],
  [
    'the ledger',
    {
      ledger: {
        ...memoryLedger<TokenRow>(),
        write: () => Promise.reject(new UnavailableError('table', 'gone')),
      },
    },
  ],
])('answers 503 where %s cannot be had, and queues nothing', async (_what, changes) => {
  const { answer, queued } = await send(body, {}, doorOf(changes))

  expect(answer.status).toBe(503)
  expect(queued).toEqual([])
})

test.each([
  ['no JWT', {}],
  ['a JWT of nobody that is known', okta.headers({ payload: { iss: 'https://evil.okta.com' } })],
  ['basic authentication', { authorization: 'Basic YTpi' }],
])('asks for no keys for %s', async (_what, headers) => {
  const asked: string[] = []
  const here = doorOf({
    keysAt: async (uri) => {
      asked.push(uri)
      return okta.keys
    },
  })

  expect((await here.post(name, body, headers)).status).toBe(401)
  expect(asked).toEqual([])
})

test('answers 503 until it is said who may use it', async () => {
  const { revocation: _nobody, ...services } = doorway().services
  const app = door(async () => services)
  const request = new Request(url, { method: 'POST', headers: okta.headers(), body })

  expect((await app.fetch(request)).status).toBe(503)
})

test('without a URL the audience is what AWS says it is, and never what the sender does', async () => {
  const statusAt = async (domainName: string | undefined, set?: string) => {
    const { services } = doorOf({ url: set })
    const handler = webhookHandler(async () => services)
    const event = {
      version: '2.0',
      rawPath: `/webhooks/${name}`,
      rawQueryString: '',
      headers: { ...okta.headers(), host: 'door.example' },
      requestContext: { domainName, http: { method: 'POST' } },
      body,
      isBase64Encoded: false,
    }
    const { statusCode } = (await handler(event as never, {} as never)) as { statusCode: number }
    return statusCode
  }

  expect(await statusAt('other.example')).toBe(401)
  expect(await statusAt(undefined)).toBe(503)
  expect(await statusAt(new URL(url).host)).toBe(204)
  expect(await statusAt('abc.lambda-url.eu-west-1.on.aws', url)).toBe(204)
  expect(await statusAt(new URL(url).host, 'https://other.example')).toBe(401)
})

test('a deployment may give it another lane', async () => {
  const here = doorway({ lanes: { [name]: 'deletion' } })
  const { queued } = await send(body, {}, here)

  expect(queued).toMatchObject([{ stem: 'user-signed-out', event: { lane: 'deletion' } }])
})
