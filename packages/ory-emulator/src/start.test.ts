import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { newBackground } from './background.ts'
import { InputError } from './checks.ts'
import { PortInUseError } from './listener.ts'
import { type LoggedRequest, log } from './request-log.ts'
import { startOryEmulator } from './start.ts'
import { ask } from './testing/ask.ts'

test('answers on two ports of its own', async () => {
  await using ory = await startOryEmulator()

  const ready = { status: 200, json: { status: 'ok' } }
  expect(await ask('GET', ory.adminUrl, '/health/ready')).toMatchObject(ready)
  expect(await ask('GET', ory.publicUrl, '/health/alive')).toMatchObject(ready)
  expect(ory.adminUrl).not.toBe(ory.publicUrl)
})

test.each([
  ['head', 'master'],
  ['v26.2', 'v26.2.0'],
] as const)('%s says it is %s, on the admin port only', async (profile, version) => {
  await using ory = await startOryEmulator({ profile })

  expect((await ask('GET', ory.adminUrl, '/version')).json).toEqual({ version })
  expect((await ask('GET', ory.publicUrl, '/version')).status).toBe(404)
})

test('is gone once stopped, and its ports are free again', async () => {
  const first = await startOryEmulator()
  await first.stop()
  await expect(ask('GET', first.adminUrl, '/health/ready')).rejects.toThrow('ECONNREFUSED')

  const ports = {
    adminPort: Number(new URL(first.adminUrl).port),
    publicPort: Number(new URL(first.publicUrl).port),
  }
  await using second = await startOryEmulator(ports)

  expect(second.adminUrl).toBe(first.adminUrl)
  expect(second.publicUrl).toBe(first.publicUrl)
})

test.each(['adminPort', 'publicPort', 'controlPort'] as const)(
  'says which port is taken when %s is, and leaves none listening',
  async (option) => {
    await using taken = await listenAnywhere()
    await using other = await listenAnywhere()
    const free = option === 'adminPort' ? 'publicPort' : 'adminPort'
    const freePort = other.port
    await other.close()

    const started = startOryEmulator({ [option]: taken.port, [free]: freePort })

    await expect(started).rejects.toThrow(PortInUseError)
    await expect(started).rejects.toThrow(`port ${taken.port} for the ${option.slice(0, -4)} port`)
    await expect(ask('GET', `http://127.0.0.1:${freePort}`, '/')).rejects.toThrow('ECONNREFUSED')
  },
)

async function listenAnywhere() {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    close,
    [Symbol.asyncDispose]: close,
  }
}

test('lets time pass on demand', async () => {
  let now = Date.parse('2026-01-02T03:04:05Z')
  await using ory = await startOryEmulator({ now: () => now })

  now += 1000
  ory.clock.advance(500)

  expect(ory.clock.now()).toBe(Date.parse('2026-01-02T03:04:06.500Z'))
  const { json } = await ask('POST', ory.adminUrl, '/admin/clients', { body: '{}' })
  expect(json).toMatchObject({
    created_at: '2026-01-02T03:04:07Z',
    updated_at: '2026-01-02T03:04:06.5Z',
  })
})

test('keeps a log of what was asked, without bodies', async () => {
  await using ory = await startOryEmulator()

  await ask('POST', ory.adminUrl, '/clients', { json: { client_id: 'mail' } })
  await ask('GET', ory.adminUrl, '/admin/clients?owner=alice')
  await ask('GET', ory.publicUrl, '/nowhere')

  expect(ory.requests).toEqual([
    {
      operation: 'createOAuth2Client',
      port: 'admin',
      method: 'POST',
      path: '/clients',
      query: '',
      status: 201,
      fault: undefined,
    },
    {
      operation: 'listOAuth2Clients',
      port: 'admin',
      method: 'GET',
      path: '/admin/clients',
      query: 'owner=alice',
      status: 200,
      fault: undefined,
    },
    {
      operation: undefined,
      port: 'public',
      method: 'GET',
      path: '/nowhere',
      query: '',
      status: 404,
      fault: undefined,
    },
  ])
})

test('two emulators know nothing of each other', async () => {
  await using one = await startOryEmulator()
  await using other = await startOryEmulator()

  await ask('POST', one.adminUrl, '/admin/clients', { json: { client_id: 'mail' } })

  expect((await ask('GET', other.adminUrl, '/admin/clients/mail')).status).toBe(404)
})

test('refuses a duration that is none before it listens', async () => {
  const started = startOryEmulator({ ttl: { accessToken: '1 hour' } })

  await expect(started).rejects.toThrow('time: unknown unit " hour" in duration "1 hour"')
})

test('keeps the last ten thousand requests, and not for ever more', async () => {
  const requests: LoggedRequest[] = []
  const entry = (path: string): LoggedRequest => ({
    operation: undefined,
    port: 'admin',
    method: 'GET',
    path,
    query: '',
    status: 404,
    fault: undefined,
  })

  for (let asked = 1; asked <= 20_001; asked += 1) log(requests, entry(`/${asked}`))

  expect(requests).toHaveLength(10_001)
  expect(requests[0]?.path).toBe('/10001')
  expect(requests.at(-1)?.path).toBe('/20001')
})

test('settles only when the work in the background has, the work it starts included', async () => {
  const background = newBackground()
  const done: string[] = []
  const step = (name: string) => Promise.resolve().then(() => void done.push(name))

  background.run(async () => {
    await step('first')
    background.run(() => step('second'))
  })
  await background.idle()

  expect(done).toEqual(['first', 'second'])
})

test('work that fails in the background is told, and fails nothing else', async () => {
  const background = newBackground()
  const warned = once(process, 'warning')

  background.run(() => Promise.reject(new Error('nobody answers')))
  await background.idle()

  expect(await warned).toMatchObject([{ message: 'nobody answers' }])
})

test('whoever asks before the seed is planted waits for it', async () => {
  const free = await listenAnywhere()
  const adminPort = free.port
  await free.close()
  const client = { client_id: 'mail', scope: 'openid' }
  // An ID token takes a key, which takes a while.
  const users = [{ subject: 'alice', consents: [{ client_id: 'mail' }] }]

  const starting = startOryEmulator({ adminPort, seed: { clients: [client], users } })
  const consents = await askedOnceOpen(
    `http://127.0.0.1:${adminPort}`,
    '/admin/oauth2/auth/sessions/consent?subject=alice',
  )
  await using ory = await starting

  expect(consents).toMatchObject([{ consent_request: { subject: 'alice' } }])
  expect(ory.requests).toHaveLength(1)
})

/** The first answer there is, as soon as somebody listens. */
async function askedOnceOpen(base: string, path: string): Promise<unknown> {
  for (;;) {
    const asked = await ask('GET', base, path).catch(() => undefined)
    if (asked !== undefined) return asked.json
  }
}

test.each(['adminPort', 'publicPort', 'controlPort'] as const)(
  'leaves no port open where the seed cannot be planted: %s',
  async (option) => {
    const free = await listenAnywhere()
    const { port } = free
    await free.close()
    const users = [{ subject: 'alice', consents: [{ client_id: 'mail' }] }]

    await expect(startOryEmulator({ [option]: port, seed: { users } })).rejects.toThrow(InputError)

    await expect(ask('GET', `http://127.0.0.1:${port}`, '/')).rejects.toThrow('ECONNREFUSED')
  },
)
