import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CircuitOpenError } from '@lapse/core/errors'
import { paced } from '@lapse/core/ory'
import { afterAll, expect, test, vi } from 'vitest'

const servers: ReturnType<typeof createServer>[] = []

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

afterAll(() => {
  vi.unstubAllEnvs()
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
})

/** A table without rows, and what was written to it. */
async function table() {
  const written: string[] = []
  const origin = await serve(async (request, response) => {
    const body = (await request.toArray()).join('')
    if (String(request.headers['x-amz-target']).endsWith('PutItem')) written.push(body)
    response.end('{}')
  })
  return { origin, written }
}

test('each server of accounts has a circuit of its own, also where both are at one host', async () => {
  const { origin: dynamoDb, written } = await table()
  const ory = await serve(({ url = '' }, response) => {
    response.statusCode = url.includes('ApiKeys') ? 503 : 200
    response.setHeader('content-type', 'application/json')
    // Nobody waits that long within a call.
    if (response.statusCode === 503) response.setHeader('retry-after', '60')
    response.end('{"id":"alice"}')
  })
  const settings = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb,
    ORY_ADMIN_URL: ory,
    ORY_IDENTITIES_URL: ory,
    ORY_API_KEYS_URL: ory,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  }
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
  const { oryOf } = await import('./ory.ts')
  const secrets = { get: async () => '', previous: async () => undefined }
  const caller = { lane: 'deletion', event: 'test', patienceMs: 0 } as const
  const { accounts, pacing } = oryOf(secrets, 'ledger', caller)
  if (accounts === undefined) throw new Error('no accounts')
  const callsOf = (event: string) => paced(accounts, pacing.accountsPaceOf({ event }))
  const keysOf = (event: string) =>
    callsOf(event)
      .adminListIssuedApiKeys({ actor_id: 'alice' })
      .then(
        () => 'listed',
        (error: unknown) => error,
      )
  for (const event of ['a', 'b', 'c']) await keysOf(event)

  expect(await keysOf('d')).toEqual(
    expect.objectContaining({ message: expect.stringContaining('the server of API keys') }),
  )
  expect(await keysOf('d')).toBeInstanceOf(CircuitOpenError)
  expect(await callsOf('d').getIdentity({ id: 'alice' })).toEqual({ id: 'alice' })
  await pacing.ready()
  expect(written.length).toBeGreaterThan(0)
  for (const body of written) expect(body).toContain('api-keys')
})
