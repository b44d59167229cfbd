import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { fetchPatiently } from './outgoing.ts'
import { readSettings } from './settings.ts'
import { emptyState } from './state.ts'

/** A server that answers each status in its turn, the last again and again; 0 drops the connection. */
const listening = async (...statuses: readonly number[]) => {
  let asked = 0
  const server = createServer((incoming, outgoing) => {
    const status = statuses[Math.min(asked, statuses.length - 1)] ?? 0
    asked += 1
    if (status === 0) incoming.socket.destroy()
    else outgoing.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })

  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** Asks, and tells what came of it and how long it waited in between. */
const ask = async (url: string) => {
  const pauses: number[] = []
  const ory = {
    settings: readSettings({})(url),
    state: emptyState(),
    now: () => 0,
    wait: async (ms: number) => void pauses.push(ms),
    background: () => undefined,
    stopping: new AbortController().signal,
  }
  const status = await fetchPatiently(ory, url).then(
    (response) => response.status,
    () => 'given up',
  )

  return { status, pauses }
}

test.each([
  [[200], 200, []],
  [[404], 404, []],
  [[501], 501, []],
  [[500, 204], 204, [1000]],
  [[429, 0, 200], 200, [1000, 2000]],
  [[503], 'given up', [1000, 2000]],
  [[0], 'given up', [1000, 2000]],
])('asks who answers %j: %s after pauses of %j', async (statuses, status, pauses) => {
  expect(await ask(await listening(...statuses))).toEqual({ status, pauses })
})
