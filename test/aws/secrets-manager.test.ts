import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { ConfigError } from '@lapse/core/errors'
import { expect, onTestFinished, test } from 'vitest'
import { localAws } from './aws.ts'

const aws = localAws()

test('reads the current value of a secret', async () => {
  const client = new SecretsManagerClient(aws.config('secretsManager'))
  await client.send(new CreateSecretCommand({ Name: 'a/secret', SecretString: 'hush' }))
  client.destroy()

  expect(await secretsManager(aws.config('secretsManager')).get('a/secret')).toBe('hush')
})

test('reads what a secret held before, and nothing where it never held another value', async () => {
  const client = new SecretsManagerClient(aws.config('secretsManager'))
  const store = secretsManager(aws.config('secretsManager'))
  await client.send(new CreateSecretCommand({ Name: 'replaced', SecretString: 'one' }))

  expect(await store.previous('replaced')).toBeUndefined()
  await client.send(new PutSecretValueCommand({ SecretId: 'replaced', SecretString: 'two' }))
  expect([await store.get('replaced'), await store.previous('replaced')]).toEqual(['two', 'one'])
  client.destroy()
})

test('calls a secret that waits for its deletion what it is: our own mistake', async () => {
  const client = new SecretsManagerClient(aws.config('secretsManager'))
  await client.send(new CreateSecretCommand({ Name: 'leaving', SecretString: 'hush' }))
  await client.send(new DeleteSecretCommand({ SecretId: 'leaving', RecoveryWindowInDays: 7 }))
  client.destroy()
  const failure = await secretsManager(aws.config('secretsManager'))
    .get('leaving')
    .catch((error: unknown) => error)

  expect(failure).toBeInstanceOf(ConfigError)
  expect(String(failure)).toMatch(/secret leaving waits for its deletion/)
})

test('calls a missing secret what it is: our own mistake', async () => {
  const failure = await secretsManager(aws.config('secretsManager'))
    .get('no/such')
    .catch((error: unknown) => error)

  expect(failure).toBeInstanceOf(ConfigError)
  expect(String(failure)).toMatch(/secret no\/such/)
})

test('puts a clock right that is an hour slow', async () => {
  const dates: string[] = []
  const server = createServer((request, response) => {
    dates.push(String(request.headers['x-amz-date']))
    const isSlow = dates.length === 1
    response.setHeader('date', new Date(Date.now() + 3_600_000).toUTCString())
    response.writeHead(isSlow ? 400 : 200)
    response.end(
      JSON.stringify(isSlow ? { __type: 'InvalidSignatureException' } : { SecretString: 'hush' }),
    )
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const config = { ...aws.config('secretsManager'), endpoint: `http://127.0.0.1:${port}` }

  expect(await secretsManager(config).get('a/secret')).toBe('hush')
  const [first = '', second = ''] = dates.map((at) => at.slice(0, 11))
  expect(second > first).toBe(true)
})
