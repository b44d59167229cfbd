import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { guardServer } from './guard.ts'
import { type StartOptions, startOryEmulator } from './start.ts'
import { ask } from './testing/ask.ts'

const start = async (options: StartOptions = {}) => {
  const ory = await startOryEmulator(options)
  onTestFinished(() => ory.stop())
  return ory
}

const portOf = (url: string) => new URL(url).port
const body = JSON.stringify({ client_id: 'planted' })

test.each(['127.0.0.1', 'localhost', 'LocalHost', '[::1]'])(
  'is asked under %s, with its own port',
  async (name) => {
    const { adminUrl } = await start()
    const headers = { host: `${name}:${portOf(adminUrl)}` }

    expect((await ask('GET', adminUrl, '/admin/clients', { headers })).status).toBe(200)
  },
)

test.each([
  (port: string) => `evil.example:${port}`,
  (port: string) => `127.0.0.1.evil.example:${port}`,
  (port: string) => `localhost.evil.example:${port}`,
  (port: string) => `evil.localhost:${port}`,
  (port: string) => `localhost.:${port}`,
  (port: string) => `0.0.0.0:${port}`,
  (port: string) => `127.0.0.1:${Number(port) + 1}`,
  (port: string) => `evil@127.0.0.1:${port}`,
  (port: string) => `127.0.0.1:${port}:${port}`,
  () => '127.0.0.1',
  () => 'localhost',
])('is not asked under another host, however it is written: %s', async (hostAt) => {
  const { adminUrl, publicUrl } = await start()

  for (const url of [adminUrl, publicUrl]) {
    const headers = { host: hostAt(portOf(url)) }
    const answer = await ask('POST', url, '/admin/clients', { headers, body })

    expect(answer.status).toBe(421)
    expect(answer.text).toMatch(/^[^\n]+ask http:\/\/127\.0\.0\.1:\d+, [^\n]+\n$/)
    expect(answer.text).not.toContain('evil')
  }
  expect((await ask('GET', adminUrl, '/admin/clients')).json).toEqual([])
})

test('no name but its own opens it', async () => {
  const { adminUrl } = await start()
  const own = new Set(['127.0.0.1', 'localhost', '[::1]'].map((n) => `${n}:${portOf(adminUrl)}`))
  const printable = fc.string({ unit: fc.constantFrom(...'abl.[]:@127 0x-') })

  await fc.assert(
    fc.asyncProperty(fc.oneof(printable, fc.domain(), fc.webAuthority()), async (name) => {
      const host = `${name.trim()}:${portOf(adminUrl)}`
      fc.pre(!own.has(host.toLowerCase()))
      const { status } = await ask('GET', adminUrl, '/admin/clients', { headers: { host } })
      expect(status).toBe(421)
    }),
    { numRuns: 50 },
  )
})

test('is asked under the names it is given, behind a proxy that speaks TLS too', async () => {
  const { adminUrl } = await start({ allowedHosts: ['Ory.example'] })
  const headers = { host: 'ory.example', origin: 'https://ory.example' }
  const other = { host: 'www.ory.example' }

  expect((await ask('GET', adminUrl, '/admin/clients', { headers })).status).toBe(200)
  expect((await ask('GET', adminUrl, '/admin/clients', { headers: other })).status).toBe(421)
})

test.each([
  { origin: 'http://127.0.0.1:3000' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: '' },
  { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
  { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
])('does nothing for a page of another origin: %o', async (foreign) => {
  const { adminUrl } = await start()
  const simple = { ...foreign, 'content-type': 'text/plain' }

  const answers = [
    await ask('POST', adminUrl, '/admin/clients', { headers: simple, body }),
    await ask('GET', adminUrl, '/admin/clients', { headers: foreign }),
    await ask('OPTIONS', adminUrl, '/admin/clients', { headers: foreign }),
  ]

  for (const { status, text, headers } of answers) {
    expect(status).toBe(403)
    expect(text).toMatch(/^pages of another origin may not use this server; [^\n]+\n$/)
    expect(Object.keys(headers).join()).not.toContain('access-control')
  }
  expect((await ask('GET', adminUrl, '/admin/clients')).json).toEqual([])
})

test('serves its own pages, and a person who types its address', async () => {
  const { adminUrl, publicUrl } = await start()
  const own = { origin: publicUrl, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }
  const typed = { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }

  expect((await ask('POST', publicUrl, '/oauth2/token', { headers: own })).status).toBe(400)
  expect((await ask('GET', adminUrl, '/admin/clients', { headers: typed })).status).toBe(200)
})

test('lets an app send the browser to the public side, and post nothing there', async () => {
  const { publicUrl } = await start()
  const sent = { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate' }
  const posted = { ...sent, origin: 'http://127.0.0.1:3000' }
  const hidden = { ...sent, 'sec-fetch-mode': 'no-cors' }

  expect((await ask('GET', publicUrl, '/oauth2/auth', { headers: sent })).status).toBe(302)
  expect((await ask('POST', publicUrl, '/oauth2/auth', { headers: posted })).status).toBe(403)
  expect((await ask('POST', publicUrl, '/oauth2/auth', { headers: sent })).status).toBe(403)
  expect((await ask('GET', publicUrl, '/oauth2/auth', { headers: hidden })).status).toBe(403)
})

test('gives CORS to the origins that a client lists, where Hydra does, and nowhere else', async () => {
  const { adminUrl, publicUrl } = await start()
  const client = { client_id: 'spa', allowed_cors_origins: ['http://127.0.0.1:3000'] }
  await ask('POST', adminUrl, '/admin/clients', { json: client })
  const listed = { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' }
  const other = { origin: 'http://127.0.0.1:3001', 'sec-fetch-site': 'same-site' }

  const preflight = await ask('OPTIONS', publicUrl, '/oauth2/token', { headers: listed })
  const answer = await ask('POST', publicUrl, '/oauth2/token?x', { headers: listed })
  const refused = await ask('POST', publicUrl, '/oauth2/token', { headers: other })

  for (const { headers } of [preflight, answer]) {
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'http://127.0.0.1:3000',
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
    })
  }
  expect([preflight.status, answer.status, refused.status]).toEqual([200, 400, 403])
  expect(Object.keys(refused.headers).join()).not.toContain('access-control')
  expect((await ask('POST', publicUrl, '/oauth2/auth', { headers: listed })).status).toBe(403)
  expect((await ask('GET', adminUrl, '/admin/clients', { headers: listed })).status).toBe(403)
})

test('stands in front of a server that somebody else made, upgrades included', async () => {
  const seen: (string | undefined)[] = []
  const server = createServer((incoming, outgoing) => {
    seen.push(incoming.url)
    outgoing.setHeader('Access-Control-Allow-Origin', '*').end('data')
  })
  server.on('request', (incoming) => seen.push(incoming.method))
  guardServer(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const exchange = async (headers: Record<string, string>, sent = '') => {
    const asked = request({ port, host: '127.0.0.1', method: 'POST', path: '/x', headers }).end(
      sent,
    )
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    return { status: answer.statusCode, text: await text(answer) }
  }
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', origin: 'http://evil.example' }

  const large = await exchange({ origin: 'http://evil.example' }, 'x'.repeat(10_000_000))
  const socket = await exchange(upgrade)
  const own = await exchange({})

  expect([large.status, socket.status]).toEqual([403, 403])
  expect(own).toEqual({ status: 200, text: 'data' })
  expect(seen).toEqual(['/x', 'POST'])
})
