import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type OryEmulator, type StartOptions, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import { isActive } from '../testing/registered.ts'

const mail = {
  client_id: 'mail',
  client_secret: 'known to the tests',
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'offline',
}
const alice = {
  subject: 'alice',
  consents: [
    { client_id: 'mail', access_token: 'ory_at_alice.mail', refresh_token: 'ory_rt_alice.mail' },
  ],
}

const started = (options: StartOptions = {}) => startOryEmulator({ controlPort: 0, ...options })

/** Asks the control port. */
const tell = (ory: OryEmulator, method: string, path: string, json?: unknown) =>
  ask(method, ory.controlUrl ?? '', path, json === undefined ? {} : { json })

const clientIds = async (ory: OryEmulator) => {
  const { json } = await ask('GET', ory.adminUrl, '/admin/clients')
  return (json as readonly { readonly client_id: string }[]).map(({ client_id }) => client_id)
}

test('there is no control port unless one is asked for', async () => {
  await using ory = await startOryEmulator()

  expect(ory.controlUrl).toBeUndefined()
  expect((await ask('GET', ory.adminUrl, '/seed')).status).toBe(404)
  expect((await ask('POST', ory.publicUrl, '/reset')).status).toBe(404)
})

test('says where the server is and what can be asked', async () => {
  await using ory = await started({ profile: 'v26.2', now: () => 0 })

  expect(await tell(ory, 'GET', '/')).toMatchObject({
    status: 200,
    json: {
      profile: 'v26.2',
      adminUrl: ory.adminUrl,
      publicUrl: ory.publicUrl,
      issuer: ory.publicUrl,
      now: '1970-01-01T00:00:00.000Z',
      routes: expect.arrayContaining(['POST /reset: back to how the server started']),
    },
  })
})

test('seeds, and says what came of it', async () => {
  await using ory = await started()

  const { status, json } = await tell(ory, 'POST', '/seed', { clients: [mail], users: [alice] })

  expect(status).toBe(201)
  expect(json).toMatchObject({
    clients: [{ client_id: 'mail', client_secret: 'known to the tests' }],
    users: [{ subject: 'alice', cookie: { name: 'ory_hydra_session_dev' } }],
    trusted_issuers: [],
  })
  expect(await isActive(ory, 'ory_at_alice.mail')).toBe(true)
})

test('goes back to how it started: rows, faults, requests and time', async () => {
  const now = () => Date.parse('2026-11-29T12:00:00Z')
  await using ory = await started({ now, seed: { clients: [mail], users: [alice] } })
  const jwks = async () => (await ask('GET', ory.publicUrl, '/.well-known/jwks.json')).json
  const keys = await jwks()
  await ask('DELETE', ory.adminUrl, '/admin/clients/mail')
  await tell(ory, 'POST', '/seed', { clients: [{ client_id: 'calendar' }] })
  ory.faults.add({ operation: '*', kind: 'status', status: 503 })
  ory.clock.advance(60_000)

  const { status, json } = await tell(ory, 'POST', '/reset')

  expect(status).toBe(200)
  expect(json).toEqual(ory.seeded)
  expect((await tell(ory, 'GET', '/seed')).json).toEqual(json)
  expect(ory.requests).toEqual([])
  expect(ory.faults.list()).toEqual([])
  expect(ory.clock.now()).toBe(now())
  expect(await clientIds(ory)).toEqual(['mail'])
  expect(await isActive(ory, 'ory_rt_alice.mail')).toBe(true)
  expect(await jwks()).toEqual(keys)
})

test('a reset begins the rate windows anew', async () => {
  const limits = { 'admin-high': { perSecond: 1, perMinute: 1 } }
  await using ory = await started({ now: () => 0, network: { apiKey: 'ory_pat_x', limits } })
  const get = () =>
    ask('GET', ory.adminUrl, '/admin/clients/mail', {
      headers: { Authorization: 'Bearer ory_pat_x' },
    })

  expect([(await get()).status, (await get()).status]).toEqual([404, 429])
  await ory.reset()
  expect((await get()).status).toBe(404)
})

test('a reset ends what runs in the background', async () => {
  const asked = Promise.withResolvers<void>()
  const silent = createServer(() => asked.resolve()).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => {
    silent.closeAllConnections()
    silent.close()
  })
  const backchannel_logout_uri = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`
  const clients = [{ ...mail, backchannel_logout_uri }]
  const wait = () => new Promise<void>(() => undefined)
  await using ory = await started({ seed: { clients, users: [alice] }, wait })
  const session = `/admin/oauth2/auth/sessions/login?sid=${ory.seeded.users[0]?.sid}`
  await ask('DELETE', ory.adminUrl, session)
  await asked.promise

  expect((await tell(ory, 'POST', '/reset')).status).toBe(200)
  expect((await tell(ory, 'POST', '/idle')).status).toBe(204)
})

test('resets and seeds that come together take turns', async () => {
  await using ory = await started({ seed: { clients: [mail] } })
  const calendar = { clients: [{ client_id: 'calendar' }] }

  const [first, second, seeded] = await Promise.all([ory.reset(), ory.reset(), ory.seed(calendar)])

  expect(first).toEqual(second)
  expect(seeded.clients).toMatchObject([{ client_id: 'calendar' }])
  expect(await clientIds(ory)).toEqual(['calendar', 'mail'])
})

test('tells the time, sets it and lets it pass', async () => {
  await using ory = await started({ now: () => Date.parse('2026-11-29T12:00:00Z') })
  const now = (time: string) => ({ status: 200, json: { now: time } })

  expect(await tell(ory, 'GET', '/clock')).toMatchObject(now('2026-11-29T12:00:00.000Z'))
  expect(await tell(ory, 'POST', '/clock/advance', { by: '1h30m' })).toMatchObject(
    now('2026-11-29T13:30:00.000Z'),
  )
  expect(await tell(ory, 'PUT', '/clock', { now: '2026-01-01T01:00:00+01:00' })).toMatchObject(
    now('2026-01-01T00:00:00.000Z'),
  )
  expect(ory.clock.now()).toBe(Date.parse('2026-01-01T00:00:00Z'))
})

test('tokens expire as the time that was let pass', async () => {
  await using ory = await started({ seed: { clients: [mail], users: [alice] } })
  expect(await isActive(ory, 'ory_at_alice.mail')).toBe(true)

  await tell(ory, 'POST', '/clock/advance', { by: '61m' })

  expect(await isActive(ory, 'ory_at_alice.mail')).toBe(false)
})

test('arms faults, counts their hits and clears them', async () => {
  await using ory = await started()
  const fault = { operation: 'getOAuth2Client', kind: 'status', status: 503, times: 1, skip: 1 }

  const armed = await tell(ory, 'POST', '/faults', fault)
  const asked = [1, 2, 3].map(() => ask('GET', ory.adminUrl, '/admin/clients/mail'))
  const statuses = (await Promise.all(asked)).map(({ status }) => status)

  expect(armed).toMatchObject({ status: 201, json: { id: '1', fault, hits: 0 } })
  expect(statuses.sort()).toEqual([404, 404, 503])
  expect((await tell(ory, 'GET', '/faults')).json).toEqual([{ id: '1', fault, hits: 1 }])
  expect((await tell(ory, 'DELETE', '/faults/1')).status).toBe(204)
  expect((await tell(ory, 'DELETE', '/faults/1')).status).toBe(404)
  await tell(ory, 'POST', '/faults', fault)
  expect((await tell(ory, 'DELETE', '/faults')).status).toBe(204)
  expect((await tell(ory, 'GET', '/faults')).json).toEqual([])
})

test('a fault hits the path and the query it names', async () => {
  await using ory = await started()
  const status = async (path: string) => (await ask('GET', ory.adminUrl, path)).status
  await tell(ory, 'POST', '/faults', {
    operation: 'listOAuth2Clients',
    kind: 'status',
    status: 503,
    path: '/admin/clients',
    query: { owner: 'bank' },
  })

  expect(await status('/admin/clients?owner=bank&page_size=5')).toBe(503)
  expect(await status('/admin/clients?owner=shop')).toBe(200)
  expect(await status('/clients?owner=bank')).toBe(503)
  expect(await status('/admin/clients/x?owner=bank')).toBe(404)
})

test('shows the requests seen, of one operation as well, and forgets them', async () => {
  await using ory = await started()
  await ask('GET', ory.adminUrl, '/admin/clients/mail?a=b')
  await ask('GET', ory.publicUrl, '/nowhere')

  const seen = {
    operation: 'getOAuth2Client',
    port: 'admin',
    method: 'GET',
    path: '/admin/clients/mail',
    query: 'a=b',
    status: 404,
    fault: null,
  }
  expect((await tell(ory, 'GET', '/requests')).json).toEqual([
    seen,
    { ...seen, operation: null, port: 'public', path: '/nowhere', query: '' },
  ])
  expect((await tell(ory, 'GET', '/requests?operation=getOAuth2Client')).json).toEqual([seen])
  expect((await tell(ory, 'DELETE', '/requests')).status).toBe(204)
  expect((await tell(ory, 'GET', '/requests')).json).toEqual([])
})

test.each([
  ['GET', '/nothing', undefined, 404, 'there is no such path here; GET / says what there is'],
  ['PATCH', '/seed', undefined, 405, 'this path takes GET, POST'],
  ['POST', '/seed', { clients: [{}] }, 400, 'clients[0].client_id is missing'],
  [
    'POST',
    '/seed',
    { keys_from: 'x' },
    400,
    'keys_from belongs into the seed that a server starts with',
  ],
  [
    'POST',
    '/seed',
    { users: [{ subject: 'a', consents: [{ client_id: 'b' }] }] },
    400,
    'users[0].consents[0].client_id names no client; there is no "b"',
  ],
  ['PUT', '/clock', {}, 400, 'now is missing'],
  ['PUT', '/clock', { now: 5 }, 400, 'now has to be a time such as 2026-11-29T12:00:00Z'],
  [
    'POST',
    '/clock/advance',
    { by: '5' },
    400,
    'by has to be a Go duration such as 90s, 30m or 1h30m',
  ],
  [
    'POST',
    '/clock/advance',
    { by: 5 },
    400,
    'by has to be a Go duration such as 90s, 30m or 1h30m',
  ],
  [
    'POST',
    '/faults',
    { operation: 'x', kind: 'drop-after' },
    400,
    'operation has to be an operationId of Ory, or *',
  ],
  [
    'POST',
    '/faults',
    { operation: '*', kind: 'x' },
    400,
    'kind has to be one of drop-after, delay, status, reset-before, reset-during, ignore',
  ],
  ['POST', '/faults', { operation: '*', kind: 'delay' }, 400, 'ms is missing'],
  [
    'POST',
    '/faults',
    { operation: '*', kind: 'status', status: 42 },
    400,
    'status has to be a whole number, 200 to 599',
  ],
  [
    'POST',
    '/faults',
    { operation: '*', kind: 'drop-after', when: 'x' },
    400,
    'when is not known; known here: operation, kind, times, skip, path, query',
  ],
  ['POST', '/faults', [], 400, 'a JSON object belongs here'],
])('%s %s with %j is %i: one line says why', async (method, path, json, status, error) => {
  await using ory = await started()

  expect(await tell(ory, method, path, json)).toMatchObject({ status, json: { error } })
})

test('a body that is not JSON is told so', async () => {
  await using ory = await started()

  expect(await ask('POST', ory.controlUrl ?? '', '/seed', { body: '{' })).toMatchObject({
    status: 400,
    json: { error: expect.stringMatching(/^this is not JSON: [^\n]+$/) },
  })
})

test.each([
  [{ host: 'attacker.example' }, 421],
  [{ origin: 'https://attacker.example' }, 403],
  [{ 'sec-fetch-site': 'cross-site' }, 403],
])('does nothing for a page of another origin: %o', async (headers, status) => {
  await using ory = await started({ seed: { clients: [mail] } })
  await ask('DELETE', ory.adminUrl, '/admin/clients/mail')

  const refused = await ask('POST', ory.controlUrl ?? '', '/reset', { headers })

  expect(refused.status).toBe(status)
  expect(await clientIds(ory)).toEqual([])
})
