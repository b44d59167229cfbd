import { randomUUID } from 'node:crypto'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSystem } from './system.ts'

let system: Awaited<ReturnType<typeof startSystem>>

beforeAll(async () => {
  system = await startSystem({
    variables: {
      PROTECTED_CLIENT_IDS: 'console',
      ROTATED_SECRET_NAMES: JSON.stringify(['clients/reset']),
    },
  })
})

afterAll(() => system.stop())

const bodyOf = (data: object) =>
  JSON.stringify({
    specversion: '1.0',
    id: randomUUID(),
    source: 'https://partners.example',
    type: 'app.offboarded',
    time: new Date(Date.now() + 60_000).toISOString(),
    data,
  })

async function newClient(client_id: string = randomUUID()) {
  const client_secret = randomUUID()
  const body = { client_id, client_secret, grant_types: ['client_credentials'], scope: 'read' }
  await system.ory.createOAuth2Client({ body })
  const basic = { client_id, client_secret }
  const token = () => system.ory.oauth2TokenExchange({ grant_type: 'client_credentials', basic })
  return { client_id, client_secret, token }
}

async function offboard(data: object) {
  const body = bodyOf(data)
  await system.send(body, 'app-offboarded')
  return system.receiptOf(body, 'first', 'app-offboarded')
}

test('an app is suspended, brought back, and deleted', async () => {
  const { client_id, token } = await newClient()
  await token()

  expect((await offboard({ client_id, mode: 'suspend' })).after).toMatchObject({
    suspended_clients: 1,
  })
  await expect(token()).rejects.toMatchObject({ body: { error: 'unauthorized_client' } })
  await offboard({ client_id, mode: 'restore' })
  const { access_token } = await token()
  expect((await offboard({ client_id, mode: 'delete' })).after).toMatchObject({ clients: 0 })
  const answer = await system.ory.introspectOAuth2Token({ token: String(access_token) })
  expect(answer.active).toBe(false)
})

test('an app is reset: it stays as it was, under a new secret, and no grant of it is left', async () => {
  const { client_id, client_secret, token } = await newClient()
  const { access_token } = await token()
  const client = new SecretsManagerClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: system.local.endpoints.secretsManager,
  })
  const SecretId = 'clients/reset'
  await client.send(
    new CreateSecretCommand({
      Name: SecretId,
      SecretString: JSON.stringify({ client_id, client_secret }),
      Tags: [{ Key: 'lapse:client_id', Value: client_id }],
    }),
  )
  const registered = async () => {
    const {
      created_at: _c,
      updated_at: _u,
      ...rest
    } = await system.ory.getOAuth2Client({
      id: client_id,
    })
    return JSON.stringify(rest)
  }
  const before = await registered()
  const receipt = await offboard({ client_id, mode: 'reset' })

  expect(receipt.after).toMatchObject({ clients: 1, clients_to_reset: 0 })
  expect(await registered()).toBe(before)
  const answer = await system.ory.introspectOAuth2Token({ token: String(access_token) })
  expect(answer.active).toBe(false)
  await expect(token()).rejects.toMatchObject({ status: 401 })
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }))
  const basic = JSON.parse(String(SecretString))
  const renewed = system.ory.oauth2TokenExchange({ grant_type: 'client_credentials', basic })
  expect((await renewed).access_token).toBeDefined()
  client.destroy()
})

test('a protected client stays, and its event is on the DLQ', async () => {
  const { client_id, token } = await newClient('console')
  await system.send(bodyOf({ client_id, mode: 'delete' }), 'app-offboarded')
  const letter = await system.deadLetter('app-offboarded')

  expect(letter?.MessageAttributes?.['lapse-reason']?.StringValue).toBe('protected-client')
  expect((await token()).access_token).toBeDefined()
})
