import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { PortInUseError } from './listener.ts'
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

test.each(['adminPort', 'publicPort'] as const)(
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
