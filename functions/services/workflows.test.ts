import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

const aheadMs = 20 * 60_000

/** An AWS whose clock is ahead of this machine's; it has one key, and no rows. */
const aws = createServer(({ headers }, response) => {
  const isSecret = String(headers['x-amz-target']).endsWith('GetSecretValue')
  response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString())
  response.setHeader('content-type', 'application/x-amz-json-1.1')
  response.end(isSecret ? JSON.stringify({ SecretString: 'a'.repeat(44) }) : '{}')
})

beforeAll(async () => {
  await new Promise<void>((listening) => aws.listen(0, '127.0.0.1', listening))
  const origin = `http://127.0.0.1:${(aws.address() as AddressInfo).port}`
  const settings = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: origin,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: origin,
    LEDGER_TABLE: 'ledger',
    LEDGER_KEY_SECRET_ID: 'ledger-key',
    ORY_ADMIN_URL: origin,
    ORY_PUBLIC_URL: origin,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  }
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
})

afterAll(() => {
  vi.unstubAllEnvs()
  aws.close()
  aws.closeAllConnections()
})

test('a cold start knows the time before anything is done by it', async () => {
  const { services } = await import('./workflows.ts')
  const { clock } = await services()

  expect(Math.abs(clock.now() - Date.now() - aheadMs)).toBeLessThan(60_000)
})
