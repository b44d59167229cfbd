import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createConsole } from '../../packages/console/src/console.ts'
import { listenerOf } from '../../packages/console/src/listener.ts'
import { exampleSource } from '../../packages/console/src/testing/example-source.ts'
import { hasChromium, startBrowser } from './browser.ts'
import { findings } from './everyone.ts'

// What `npm run test:console` looks at closely; here each page once, over an example of everything.

const done = async () => ({ isDone: true, command: 'lapse x', says: 'done' })
const app = createConsole({
  source: exampleSource(),
  actions: { send: done, rotate: done, redrive: done, drop: done, prove: done, verify: done },
})
const server = createServer(listenerOf((request) => app.fetch(request)))
const started: { browser?: Browser; url?: string } = {}

beforeAll(async () => {
  if (!hasChromium) return
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  started.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  started.browser = await startBrowser()
})

afterAll(async () => {
  await started.browser?.close()
  server.close()
  server.closeAllConnections()
})

const paths = [
  '/',
  '/events/event-1',
  '/receipts',
  '/dead-letters',
  '/secrets',
  '/things',
  '/doctor',
]

test.skipIf(!hasChromium).each(paths)(
  'axe finds nothing on %s, which asks nobody else',
  async (path) => {
    const page = await started.browser?.newPage({ viewport: { width: 360, height: 800 } })
    if (page === undefined) throw new Error('no browser')
    const foreign: string[] = []
    page.on('request', (request) => {
      if (!request.url().startsWith(`${started.url}/`)) foreign.push(request.url())
    })
    page.on('console', (message) => foreign.push(message.text()))
    await page.goto(`${started.url}${path}`)

    expect(await findings(page)).toEqual([])
    expect(foreign).toEqual([])
    await page.close()
  },
)

test.skipIf(!hasChromium)('axe finds what is wrong with a page', async () => {
  const page = await started.browser?.newPage()
  if (page === undefined) throw new Error('no browser')
  await page.setContent('<html><body><img src="x"><input></body></html>')

  expect((await findings(page)).length).toBeGreaterThan(1)
  await page.close()
})
