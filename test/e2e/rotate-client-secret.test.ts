import {
  CreateSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { createOry } from '@lapse/core/ory'
import type { Credential } from '@lapse/core/rotation'
import { startLocal } from '@lapse/local'
import { expect, test } from 'vitest'
import { createRotated, getsToken, type Kind } from '../faults/rotation-clients.ts'

const overlapMs = 2000
const rotated = ['app/key-pair', 'app/native'] as const

/** The local system with the real functions, told to rotate two secrets. */
async function startRotations() {
  const settled: { resolve(outcome: string): void }[] = []
  const local = await startLocal({
    functions: [],
    variables: {
      ROTATED_SECRETS: JSON.stringify(
        rotated.map((secretId) => ({ secretId, overlap: `PT${overlapMs / 1000}S` })),
      ),
    },
    onRotation: ({ outcome }) => settled.shift()?.resolve(outcome),
  })
  const client = new SecretsManagerClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: local.endpoints.secretsManager,
  })
  const { oryAdmin: adminUrl, oryPublic: publicUrl } = local.endpoints
  const ory = createOry({ adminUrl, publicUrl })
  const read = async (SecretId: string) => {
    const command = new GetSecretValueCommand({ SecretId })
    return JSON.parse(String((await client.send(command)).SecretString)) as Credential
  }
  return {
    local,
    ory,
    read,
    works: (credential: Credential) =>
      getsToken(credential, {
        ory,
        tokenEndpoint: `${publicUrl}/oauth2/token`,
        now: Date.now(),
      }),
    create: async (Name: string, kind: Kind) => {
      const { credential } = await createRotated(kind, ory)
      const SecretString = JSON.stringify(credential)
      await client.send(new CreateSecretCommand({ Name, SecretString }))
    },
    async rotate(SecretId: string): Promise<string> {
      const { promise, resolve } = Promise.withResolvers<string>()
      settled.push({ resolve })
      const RotationLambdaARN = local.functionArn('rotate-client-secret')
      await client.send(new RotateSecretCommand({ SecretId, RotationLambdaARN }))
      return promise
    },
    async stop() {
      await ory[Symbol.asyncDispose]()
      client.destroy()
      await local.stop()
    },
  }
}

test('rotates and retires with no failure of a client that uses what Secrets Manager holds', async () => {
  const at = await startRotations()
  await at.create('app/key-pair', 'key-pair')
  await at.create('app/native', 'native')
  const background = consume(async () => {
    for (const secretId of rotated) expect(await at.works(await at.read(secretId))).toBe(true)
  })

  for (const secretId of rotated) {
    const before = await at.read(secretId)
    expect(await at.rotate(secretId)).toBe('succeeded')
    const after = await at.read(secretId)
    expect(after).not.toEqual(before)
    expect([await at.works(before), await at.works(after)]).toEqual([true, true])
    await sweepUntil(at, before)
    expect(await at.works(after)).toBe(true)
  }

  const { rounds, failures } = await background.stop()
  expect(failures).toEqual([])
  expect(rounds).toBeGreaterThan(10)
  await at.stop()
})

/** Sweeps until a credential is retired: the overlap is short, and the clock is the machine's. */
async function sweepUntil(
  { local, works }: Awaited<ReturnType<typeof startRotations>>,
  retired: Credential,
): Promise<void> {
  while (await works(retired)) await local.fireNow('sweep')
}

/** Does a round of work over and over, and keeps what failed. */
function consume(round: () => Promise<void>) {
  const state = { rounds: 0, stopped: false, failures: [] as unknown[] }
  const running = (async () => {
    while (!state.stopped) {
      await round().catch((error: unknown) => state.failures.push(error))
      state.rounds += 1
    }
  })()
  return {
    async stop() {
      state.stopped = true
      await running
      return state
    },
  }
}
