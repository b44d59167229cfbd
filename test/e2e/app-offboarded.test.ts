import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSystem } from './system.ts'

let system: Awaited<ReturnType<typeof startSystem>>

beforeAll(async () => {
  system = await startSystem({ variables: { PROTECTED_CLIENT_IDS: 'console' } })
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
  return { client_id, token }
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

test('a protected client stays, and its event is on the DLQ', async () => {
  const { client_id, token } = await newClient('console')
  await system.send(bodyOf({ client_id, mode: 'delete' }), 'app-offboarded')
  const letter = await system.deadLetter('app-offboarded')

  expect(letter?.MessageAttributes?.['lapse-reason']?.StringValue).toBe('protected-client')
  expect((await token()).access_token).toBeDefined()
})
