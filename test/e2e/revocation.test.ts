import { createPrivateKey, randomUUID, sign } from 'node:crypto'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClients, signIn } from '../faults/users.ts'
import { startSystem } from './system.ts'

let system: Awaited<ReturnType<typeof startSystem>>
let privateKey: string

beforeAll(async () => {
  system = await startSystem()
  await createClients(system.ory)
  privateKey = await readKey()
})

afterAll(() => system.stop())

const source = 'global-token-revocation'
const url = () => `${system.local.endpoints.webhooks}/webhooks/${source}`

/** What the identity provider signs with, which `lapse dev` tells in the same way. */
async function readKey(): Promise<string> {
  const { endpoints, environment } = system.local
  const ids = JSON.parse(String(environment['WEBHOOK_SECRETS'])) as Record<string, string>
  const client = new SecretsManagerClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: endpoints.secretsManager,
  })
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: ids[source] }))
  client.destroy()
  return String(SecretString)
}

function jwt(changes: object = {}): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = { aud: url(), jti: randomUUID(), iat: now, exp: now + 300, ...changes }
  const input = [
    { alg: 'ES256', typ: 'global-token-revocation+jwt', kid: 'acme-1' },
    { iss: 'https://acme.okta.com', ...claims },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const key = createPrivateKey({
    key: Buffer.from(privateKey, 'base64'),
    format: 'der',
    type: 'pkcs8',
  })
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

const bodyOf = (sub: string) =>
  JSON.stringify({ sub_id: { format: 'iss_sub', iss: 'https://acme.okta.com', sub } })

const statusOf = async (token: string, body: string) => {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  return (await fetch(url(), { method: 'POST', headers, body })).status
}

type Tokens = Awaited<ReturnType<typeof signIn>>

async function activeTokens(tokens: Tokens): Promise<number> {
  const all = tokens.flatMap(({ access_token, refresh_token }) => [access_token, refresh_token])
  const answers = await Promise.all(all.map((token) => system.ory.introspectOAuth2Token({ token })))
  return answers.filter(({ active }) => active).length
}

test('an identity provider signs a user out, once for each JWT and for nobody else', async () => {
  const subject = `out-${randomUUID()}`
  const tokens = await signIn(system.emulator, subject)
  const token = jwt()

  expect(await statusOf(token, bodyOf(subject))).toBe(204)
  expect(await statusOf(token, bodyOf(subject))).toBe(204)
  expect(await statusOf(token, bodyOf('somebody else'))).toBe(401)
  expect(await statusOf(jwt({ aud: 'https://other.example' }), bodyOf(subject))).toBe(401)
  await system.seen(async () => (await activeTokens(tokens)) === 0 || undefined)
  await system.logged('"workflow":"user-signed-out"', 1)
  expect(system.lines.join('\n')).not.toContain(subject)
})
