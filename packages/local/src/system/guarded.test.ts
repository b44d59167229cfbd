import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'
import type { Endpoints } from './environment.ts'
import { startLocal } from './start-local.ts'

const local = await startLocal({ functions: [], directFunctions: [], schedules: [] })
afterAll(() => local.stop())

/** Whatever listens: a part that is added is asked as well. */
const parts = Object.keys(local.endpoints) as (keyof Endpoints)[]

const exchange = async (
  part: keyof Endpoints,
  method: string,
  headers: Readonly<Record<string, string>>,
) => {
  const { port } = new URL(local.endpoints[part])
  const asked = request({ host: '127.0.0.1', port, method, path: '/', headers, agent: false })
  asked.end(method === 'POST' ? '{}' : undefined)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  const cors = Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))
  return { status: answer.statusCode, text: await text(answer), cors }
}

const portOf = (part: keyof Endpoints) => new URL(local.endpoints[part]).port

test.each(parts)('%s is not asked under another host', async (part) => {
  for (const method of ['GET', 'POST', 'OPTIONS']) {
    for (const host of [`evil.example:${portOf(part)}`, `0.0.0.0:${portOf(part)}`, '127.0.0.1:1']) {
      const answer = await exchange(part, method, { host })

      expect(answer).toMatchObject({ status: 421, cors: [] })
      expect(answer.text).toMatch(/^this server is not asked under that Host; [^\n]+\n$/)
    }
  }
})

const signed = { authorization: 'AWS4-HMAC-SHA256', 'x-amz-target': 'DynamoDB_20120810.ListTables' }
const preflight = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'x-amz-target, authorization',
  'access-control-request-private-network': 'true',
}

test.each(parts)('%s does nothing for a page of another origin, and says so', async (part) => {
  const origins = ['http://evil.example', 'http://127.0.0.1:3000', 'http://localhost:1', 'null']
  for (const origin of origins) {
    for (const [method, more] of [
      ['GET', {}],
      ['POST', { 'content-type': 'text/plain' }],
      ['POST', signed],
      ['OPTIONS', preflight],
    ] as const) {
      const answer = await exchange(part, method, { origin, ...more })

      expect(answer).toMatchObject({ status: 403, cors: [] })
      expect(answer.text).toMatch(/^pages of another origin may not use this server; [^\n]+\n$/)
    }
  }
})

test.each(parts)('%s answers programs', async (part) => {
  const host = `localhost:${portOf(part)}`

  expect([403, 421]).not.toContain((await exchange(part, 'POST', { host, ...signed })).status)
})
