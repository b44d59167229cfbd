import { randomUUID } from 'node:crypto'
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { expect, onTestFinished, test } from 'vitest'
import { bodyOf } from '../faults/events.ts'
import { startSystem } from './system.ts'

/** The system at an emulated Ory Network that this key opens, and none else. */
async function startAtNetwork(apiKey: string) {
  const system = await startSystem({ emulator: { network: { apiKey, limits: {} } } })
  const { endpoints, environment } = system.local
  const client = new SecretsManagerClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: endpoints.secretsManager,
  })
  onTestFinished(async () => {
    client.destroy()
    await system.stop()
  })
  const putKey = (SecretString: string) =>
    client.send(
      new PutSecretValueCommand({ SecretId: environment['ORY_API_KEY_SECRET_ID'], SecretString }),
    )
  return { system, putKey }
}

test('a function that starts with a key Ory does not know yet goes on with the one before', async () => {
  const { system, putKey } = await startAtNetwork('ory_pat_known')
  await putKey('ory_pat_not-yet')
  const body = bodyOf(`gone-${randomUUID()}`)
  await system.send(body)

  const { attempts } = await system.receiptOf(body, 'first')
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['closed'])
  expect(system.lines.join('\n')).not.toContain('ory_pat')
})
