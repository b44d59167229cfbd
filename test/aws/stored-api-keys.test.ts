import { randomUUID } from 'node:crypto'
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { storedApiKeys } from '@lapse/aws/stored-api-keys'
import { createOry } from '@lapse/core/ory'
import { manualClock, recordingLog } from '@lapse/core/testing'
import { startOryEmulator } from '@lapse/ory-emulator'
import { Agent, type Dispatcher } from 'undici'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { localAws } from './aws.ts'

const aws = localAws()
let client: SecretsManagerClient

beforeAll(() => {
  client = new SecretsManagerClient(aws.config('secretsManager'))
})

afterAll(() => client.destroy())

/** Ory Network in two lives: first one key opens it, and once that is replaced only the other. */
async function startNetwork(first: string, second: string) {
  const start = (apiKey: string) => startOryEmulator({ network: { apiKey, limits: {} } })
  const [before, after] = await Promise.all([start(first), start(second)])
  const agent = new Agent()
  onTestFinished(async () => {
    await agent.close()
    await Promise.all([before.stop(), after.stop()])
  })
  const asked = { url: before.adminUrl, requests: 0 }
  const dispatcher = agent.compose((dispatch) => (request: Dispatcher.DispatchOptions, handler) => {
    asked.requests += 1
    return dispatch({ ...request, origin: asked.url }, handler)
  })
  const replaceKey = () => {
    asked.url = after.adminUrl
  }
  return { dispatcher, adminUrl: before.adminUrl, replaceKey, requests: () => asked.requests }
}

async function prepared() {
  const [first, second] = [`ory_pat_${randomUUID()}`, `ory_pat_${randomUUID()}`] as const
  const network = await startNetwork(first, second)
  const secretId = `ory/${randomUUID()}`
  await client.send(new CreateSecretCommand({ Name: secretId, SecretString: first }))
  const clock = manualClock('2026-01-02T03:04:05Z')
  const log = recordingLog()
  const secrets = secretsManager(aws.config('secretsManager'))
  const { adminUrl, dispatcher } = network
  const apiKey = storedApiKeys({ secretId, secrets, clock, log })
  const ory = createOry({ adminUrl, dispatcher, apiKey })
  return {
    ...network,
    clock,
    log,
    putInSecretsManager: () =>
      client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: second })),
    revoke: () => ory.revokeOAuth2ConsentSessions({ subject: 'alice', all: true }),
    create: () => ory.createOAuth2Client({ body: { client_name: 'Mail' } }),
    /** A function that starts only now, and so reads the secret as it is. */
    coldStart: () =>
      createOry({
        adminUrl,
        dispatcher,
        apiKey: storedApiKeys({ secretId, secrets, clock, log }),
      }),
  }
}

test('no call fails where Secrets Manager has the new key before Ory replaces the old', async () => {
  const at = await prepared()
  await at.revoke()

  await at.putInSecretsManager()
  await at.revoke()
  await at.coldStart().revokeOAuth2LoginSessions({ subject: 'alice' })
  at.replaceKey()
  await Promise.all([at.revoke(), at.revoke(), at.create()])

  const before = at.requests()
  await at.revoke()
  expect(at.requests() - before).toBe(1)
  expect(at.log.lines).toEqual([])
})

test('a call waits for its key where Ory replaces the old before Secrets Manager has the new', async () => {
  const at = await prepared()
  await at.revoke()

  at.replaceKey()
  const early = await at.create().catch((error: unknown) => error)
  await at.putInSecretsManager()
  at.clock.advance(60_000)
  await Promise.all([at.revoke(), at.revoke(), at.create()])

  // What is tried again later, and never ends on the DLQ for it.
  expect(early).toMatchObject({ reason: 'unauthorized', configuration: true, retryable: true })
  expect(JSON.stringify([early, at.log.lines])).not.toContain('ory_pat')
})
