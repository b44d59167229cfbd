import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RotatedSecretStore } from '@lapse/aws/secrets-manager'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

/** Who saw which key: a server by its part, and what it was sent. */
const seen: Record<string, (string | undefined)[]> = {}

function serverOf(part: string) {
  const server = createServer((request, response) => {
    seen[part] = [...(seen[part] ?? []), request.headers.authorization]
    response.setHeader('content-type', 'application/json')
    response.end('{"id":"alice","issued_api_keys":[]}')
  })
  return { server }
}

const [ory, another] = [serverOf('ory'), serverOf('another')]

const originOf = ({ server }: typeof ory) =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`

beforeAll(async () => {
  for (const { server } of [ory, another])
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
})

afterAll(() => {
  vi.unstubAllEnvs()
  for (const { server } of [ory, another]) {
    server.close()
    server.closeAllConnections()
  }
})

test('the key goes to the project that gave it out, and to nobody else who has what users have', async () => {
  const settings = {
    ORY_ADMIN_URL: originOf(ory),
    ORY_API_KEY_SECRET_ID: 'ory-api-key',
    ORY_IDENTITIES_URL: `${originOf(ory)}/`,
    ORY_API_KEYS_URL: originOf(another),
  }
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
  const { oryOf } = await import('./ory.ts')
  const secrets: RotatedSecretStore = {
    get: async () => 'ory_pat_the-key',
    previous: async () => undefined,
  }
  const caller = { lane: 'deletion', event: 'test', patienceMs: 0 } as const
  const { accounts } = oryOf(secrets, 'ledger', caller)
  await accounts?.getIdentity({ id: 'alice' })
  await accounts?.adminListIssuedApiKeys({ actor_id: 'alice' })

  expect(seen).toEqual({ ory: ['Bearer ory_pat_the-key'], another: [undefined] })
})
