import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import {
  CreateSecretCommand,
  type CreateSecretCommandInput,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { secretVersions } from '@lapse/aws/secret-versions'
import { ConfigError, RefusedError } from '@lapse/core/errors'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { localAws } from './aws.ts'

const aws = localAws()
let client: SecretsManagerClient

beforeAll(() => {
  client = new SecretsManagerClient(aws.config('secretsManager'))
})

afterAll(() => client.destroy())

const secretsOf = () => secretVersions(aws.config('secretsManager'))

async function created(input: Partial<CreateSecretCommandInput> = {}) {
  const name = `app/${randomUUID()}`
  const command = new CreateSecretCommand({ Name: name, SecretString: 'one', ...input })
  const { ARN = '', VersionId = '' } = await client.send(command)
  return { name, arn: ARN, versionId: VersionId }
}

test('describes a secret by name or ARN, without any value', async () => {
  const { name, arn, versionId } = await created({ Tags: [{ Key: 'lapse:client_id', Value: 'c' }] })
  const described = await secretsOf().describe(name)

  expect(described).toMatchObject({
    arn,
    name,
    tags: { 'lapse:client_id': 'c' },
    versions: { [versionId]: ['AWSCURRENT'] },
    rotationEnabled: false,
    deletedAt: undefined,
  })
  expect(Math.abs(Number(described?.lastChangedAt) - Date.now())).toBeLessThan(60_000)
  expect(await secretsOf().describe(arn)).toEqual(described)
  expect(JSON.stringify(described)).not.toContain('one')
})

test('describes no secret where there is none', async () => {
  expect(await secretsOf().describe('no/such')).toBeUndefined()
})

test('lists every secret, over all pages, but those that wait for their deletion', async () => {
  const names = await Promise.all(Array.from({ length: 120 }, async () => (await created()).name))
  const gone = await created()
  await secretsOf().delete(gone.name, 7)
  const listed = (await Array.fromAsync(secretsOf().list())).map(({ name }) => name)

  expect(names.filter((name) => !listed.includes(name))).toEqual([])
  expect(new Set(listed).size).toBe(listed.length)
  expect(listed).not.toContain(gone.name)
})

test('reads a value by stage and by version', async () => {
  const { name, versionId } = await created()

  expect(await secretsOf().value(name, { stage: 'AWSCURRENT' })).toBe('one')
  expect(await secretsOf().value(name, { versionId })).toBe('one')
})

test('reads nothing of a stage or a version that the secret does not have', async () => {
  const { name } = await created()

  expect(await secretsOf().value(name, { stage: 'AWSPENDING' })).toBeUndefined()
  expect(await secretsOf().value(name, { versionId: randomUUID() })).toBeUndefined()
})

test('reads nothing of a version that has no text', async () => {
  const { name } = await created({ SecretString: undefined, SecretBinary: new Uint8Array([1]) })
  expect(await secretsOf().value(name, { stage: 'AWSCURRENT' })).toBeUndefined()
})

test('puts a version once, however often it is put, and never another value in its place', async () => {
  const { name } = await created()
  const versionId = randomUUID()
  await secretsOf().put(name, versionId, 'two', 'AWSPENDING')
  await secretsOf().put(name, versionId, 'two', 'AWSPENDING')

  expect(await secretsOf().value(name, { stage: 'AWSPENDING' })).toBe('two')
  expect(await secretsOf().value(name, { stage: 'AWSCURRENT' })).toBe('one')
  const conflict = await secretsOf()
    .put(name, versionId, 'three', 'AWSPENDING')
    .catch((error: Error) => error)
  expect(conflict).toMatchObject({ name: 'ResourceExistsException' })
  expect(String(conflict)).not.toMatch(/two|three/)
})

test('moves a stage from one version to another, and takes it away', async () => {
  const { name, versionId: from } = await created()
  const to = randomUUID()
  const secrets = secretsOf()
  await secrets.put(name, to, 'two', 'AWSPENDING')
  await secrets.moveStage(name, 'AWSCURRENT', { to, from })

  expect((await secrets.describe(name))?.versions).toEqual({
    [from]: ['AWSPREVIOUS'],
    [to]: expect.arrayContaining(['AWSCURRENT', 'AWSPENDING']),
  })
  await secrets.moveStage(name, 'AWSPENDING', { from: to })
  expect((await secrets.describe(name))?.versions[to]).toEqual(['AWSCURRENT'])
})

test('moves no stage away from a version that does not have it', async () => {
  const { name } = await created()
  const to = randomUUID()
  await secretsOf().put(name, to, 'two', 'AWSPENDING')

  await expect(secretsOf().moveStage(name, 'AWSCURRENT', { to, from: to })).rejects.toThrow()
  expect(await secretsOf().value(name, { stage: 'AWSCURRENT' })).toBe('one')
})

test('schedules a deletion once, with its window', async () => {
  const { name } = await created()
  await secretsOf().delete(name, 7)
  const first = await secretsOf().describe(name)
  await secretsOf().delete(name, 30)

  expect(first?.deletedAt).toBeGreaterThan(0)
  expect(await secretsOf().describe(name)).toEqual(first)
})

test.each<[string, (secrets: ReturnType<typeof secretsOf>) => Promise<unknown>]>([
  ['value', (secrets) => secrets.value('no/such', { stage: 'AWSCURRENT' })],
  ['put', (secrets) => secrets.put('no/such', randomUUID(), 'x', 'AWSPENDING')],
  ['moveStage', (secrets) => secrets.moveStage('no/such', 'AWSPENDING', { from: randomUUID() })],
  ['delete', (secrets) => secrets.delete('no/such', 7)],
])('calls a missing secret what it is, our own mistake: %s', async (_name, call) => {
  const failure = await call(secretsOf()).catch((error: unknown) => error)

  expect(failure).toBeInstanceOf(ConfigError)
  expect(String(failure)).toMatch(/secret no\/such/)
})

/** A Secrets Manager that knows nothing but rotation. */
async function startRotating() {
  const asked: { readonly target: string; readonly input: Record<string, unknown> }[] = []
  const server = createServer(async (request, response) => {
    const target = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    const input = JSON.parse(await text(request)) as Record<string, unknown>
    asked.push({ target, input })
    const isRefused = target === 'CancelRotateSecret' && input['SecretId'] === 'deleted'
    const answer = {
      RotateSecret: { VersionId: input['ClientRequestToken'] },
      CancelRotateSecret: isRefused ? { __type: 'InvalidRequestException' } : {},
      DescribeSecret: { ARN: 'arn', Name: 'n', RotationEnabled: input['SecretId'] === 'enabled' },
    }[target]
    response.writeHead(isRefused ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    asked,
    secrets: secretVersions({ ...aws.config('secretsManager'), endpoint }),
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test('starts a rotation under an id of its own, and gives that id', async () => {
  const { secrets, asked, stop } = await startRotating()
  const versionId = await secrets.rotate('app')
  await stop()

  expect(versionId).toMatch(/^[\w-]{36}$/)
  expect(asked).toMatchObject([
    { target: 'RotateSecret', input: { SecretId: 'app', ClientRequestToken: versionId } },
  ])
})

test('ends automatic rotation, and takes a secret without any for done', async () => {
  const { secrets, asked, stop } = await startRotating()
  await secrets.cancelRotation('app')
  await secrets.cancelRotation('deleted')
  expect((await secrets.describe('enabled'))?.rotationEnabled).toBe(true)
  await stop()

  expect(asked.map(({ target }) => target)).toEqual([
    'CancelRotateSecret',
    'CancelRotateSecret',
    'DescribeSecret',
    'DescribeSecret',
  ])
})

const malformedIds = ['no such', 'arn:aws:s3:::bucket', 'ünknown']

test.each(malformedIds)('refuses by name %j, which AWS calls malformed', async (id) => {
  const secrets = secretsOf()

  for (const call of ['describe', 'cancelRotation', 'delete'] as const) {
    const failure = await secrets[call](id, 30).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(RefusedError)
    expect(failure).toMatchObject({ reason: 'malformed-secret-id' })
  }
})

test('does not blame the id for a window that AWS does not take', async () => {
  const { name } = await created()

  await expect(secretsOf().delete(name, 3)).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
})
