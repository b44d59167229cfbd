import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { ConfigError } from '@lapse/core/errors'
import { expect, test } from 'vitest'
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
