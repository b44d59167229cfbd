import { once } from 'node:events'
import { connect } from 'node:net'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  type ListSecretsCommandInput,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalService } from '../loopback.ts'
import { startSecretsManager } from './server.ts'

const DAY_MS = 86_400_000
const time = { now: Date.UTC(2030, 0, 1) }
const servers: LocalService[] = []
const clients: SecretsManagerClient[] = []

beforeAll(async () => {
  const server = await startSecretsManager({ region: 'eu-west-1', now: () => time.now })
  servers.push(server)
  clients.push(
    new SecretsManagerClient({
      endpoint: server.endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  )
})

afterAll(async () => {
  for (const client of clients) client.destroy()
  for (const server of servers) await server.stop()
})

const client = (): SecretsManagerClient => {
  const [made] = clients
  if (made === undefined) throw new Error('the server is not up')
  return made
}

const token = (name: string): string => name.padEnd(32, '0')

const get = (SecretId: string, version: { VersionId?: string; VersionStage?: string } = {}) =>
  client().send(new GetSecretValueCommand({ SecretId, ...version }))

const create = (Name: string, SecretString = 'one', ClientRequestToken = token('v1')) =>
  client().send(new CreateSecretCommand({ Name, SecretString, ClientRequestToken }))

const put = (SecretId: string, version: string, VersionStages?: string[]) =>
  client().send(
    new PutSecretValueCommand({
      SecretId,
      SecretString: version,
      ClientRequestToken: token(version),
      ...(VersionStages && { VersionStages }),
    }),
  )

const stages = async (SecretId: string) => {
  const { VersionIdsToStages } = await client().send(new DescribeSecretCommand({ SecretId }))
  return VersionIdsToStages
}

test('gives back what a secret was created with, by name, ARN and partial ARN', async () => {
  const { ARN = '', VersionId } = await create('app/key', 'hush')

  expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-west-1:000000000000:secret:app\/key-\w{6}$/)
  for (const id of ['app/key', ARN, ARN.slice(0, -7)]) {
    expect(await get(id)).toMatchObject({
      ARN,
      Name: 'app/key',
      SecretString: 'hush',
      VersionId,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: new Date(time.now),
    })
  }
})

test('keeps binary values as bytes', async () => {
  const SecretBinary = new Uint8Array([0, 255, 7])
  await client().send(new CreateSecretCommand({ Name: 'binary', SecretBinary }))

  const value = await get('binary')

  expect(value.SecretString).toBeUndefined()
  expect([...(value.SecretBinary ?? [])]).toEqual([0, 255, 7])
})

test('describes a secret with everything but its value', async () => {
  const Tags = [{ Key: 'team', Value: 'identity' }]
  const createdAt = time.now
  await client().send(
    new CreateSecretCommand({
      Name: 'described',
      SecretString: 'one',
      ClientRequestToken: token('v1'),
      Description: 'for the ledger',
      KmsKeyId: 'alias/lapse',
      Tags,
    }),
  )
  time.now += 1_000
  const changedAt = time.now
  await put('described', 'v2')
  time.now += 1_000
  await get('described')

  const described = await client().send(new DescribeSecretCommand({ SecretId: 'described' }))
  const listed = await list({ Filters: [{ Key: 'description', Values: ['for'] }] })

  const facts = {
    Name: 'described',
    Description: 'for the ledger',
    KmsKeyId: 'alias/lapse',
    CreatedDate: new Date(createdAt),
    LastChangedDate: new Date(changedAt),
    LastAccessedDate: new Date(time.now),
    Tags,
  }
  const stages = { [token('v1')]: ['AWSPREVIOUS'], [token('v2')]: ['AWSCURRENT'] }
  expect(described).toMatchObject({ ...facts, VersionIdsToStages: stages })
  expect(described.DeletedDate).toBeUndefined()
  expect(listed.SecretList).toMatchObject([{ ...facts, SecretVersionsToStages: stages }])
})

test('creates once for one token, and refuses the name for any other', async () => {
  const first = await create('once')

  expect(await create('once')).toMatchObject({ ARN: first.ARN, VersionId: first.VersionId })
  await expect(create('once', 'two')).rejects.toMatchObject({ name: 'ResourceExistsException' })
  await expect(create('once', 'one', token('v2'))).rejects.toMatchObject({
    name: 'ResourceExistsException',
  })
})

test('creates a secret without a value, whose first version is current', async () => {
  const made = await client().send(new CreateSecretCommand({ Name: 'empty' }))

  expect(made.VersionId).toBeUndefined()
  await expect(get('empty')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  await put('empty', 'v1', ['AWSPENDING'])
  expect(await get('empty')).toMatchObject({ VersionStages: ['AWSCURRENT', 'AWSPENDING'] })
})

test('refuses a name, a value or a body it cannot take', async () => {
  const both = { SecretString: 'a', SecretBinary: new Uint8Array([1]) }

  await expect(create('a name')).rejects.toMatchObject({ name: 'ValidationException' })
  await expect(create('')).rejects.toMatchObject({ name: 'ValidationException' })
  await expect(create('big', 'x'.repeat(65_537))).rejects.toMatchObject({
    name: 'ValidationException',
  })
  await expect(create('fits', 'x'.repeat(65_536))).resolves.toBeDefined()
  await expect(create('n'.repeat(513))).rejects.toMatchObject({ name: 'ValidationException' })
  await expect(
    client().send(new CreateSecretCommand({ Name: 'big', SecretBinary: new Uint8Array(65_537) })),
  ).rejects.toMatchObject({ name: 'ValidationException' })
  await expect(
    client().send(new CreateSecretCommand({ Name: 'both', ...both })),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' })
})

test('makes a new value current and the old one previous', async () => {
  await create('rolled')
  await put('rolled', 'v2')
  await put('rolled', 'v3')

  expect(await stages('rolled')).toEqual({
    [token('v2')]: ['AWSPREVIOUS'],
    [token('v3')]: ['AWSCURRENT'],
  })
  expect((await get('rolled')).SecretString).toBe('v3')
  expect((await get('rolled', { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('v2')
  expect((await get('rolled', { VersionId: token('v1') })).SecretString).toBe('one')
})

test('stages a pending value without touching the current one', async () => {
  await create('staged')
  await put('staged', 'v2', ['AWSPENDING'])

  expect((await get('staged')).SecretString).toBe('one')
  expect((await get('staged', { VersionStage: 'AWSPENDING' })).SecretString).toBe('v2')
  expect(
    (await get('staged', { VersionId: token('v2'), VersionStage: 'AWSPENDING' })).VersionId,
  ).toBe(token('v2'))
})

test('puts a value once for one token, and refuses the token for another value', async () => {
  await create('put-once')
  await put('put-once', 'v2')
  await put('put-once', 'v3')
  await put('put-once', 'v2')

  expect((await get('put-once')).SecretString).toBe('v3')
  const conflict = new PutSecretValueCommand({
    SecretId: 'put-once',
    SecretString: 'other',
    ClientRequestToken: token('v2'),
  })
  await expect(client().send(conflict)).rejects.toMatchObject({ name: 'ResourceExistsException' })
  await expect(
    client().send(new PutSecretValueCommand({ SecretId: 'put-once' })),
  ).rejects.toMatchObject({ name: 'InvalidRequestException' })
})

test.each([
  [{ VersionStage: 'AWSPREVIOUS' }, 'ResourceNotFoundException'],
  [{ VersionId: token('v9') }, 'ResourceNotFoundException'],
  [{ VersionId: token('v1'), VersionStage: 'AWSPENDING' }, 'InvalidRequestException'],
])('refuses to read %j with %s', async (version, name) => {
  await create('read-refused')

  await expect(get('read-refused', version)).rejects.toMatchObject({ name })
})

test('answers for a secret that is not there', async () => {
  const name = 'ResourceNotFoundException'

  await expect(get('nobody')).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } })
  await expect(put('nobody', 'v1')).rejects.toMatchObject({ name })
  await expect(stages('nobody')).rejects.toMatchObject({ name })
})

const move = (SecretId: string, to: string | undefined, from: string | undefined, stage: string) =>
  client().send(
    new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage: stage,
      ...(to && { MoveToVersionId: token(to) }),
      ...(from && { RemoveFromVersionId: token(from) }),
    }),
  )

test('moves a stage when told who holds it, and the loser of AWSCURRENT is previous', async () => {
  await create('moved')
  await put('moved', 'v2', ['AWSPENDING'])

  await move('moved', 'v2', 'v1', 'AWSCURRENT')
  expect(await stages('moved')).toEqual({
    [token('v1')]: ['AWSPREVIOUS'],
    [token('v2')]: ['AWSPENDING', 'AWSCURRENT'],
  })
  await move('moved', undefined, 'v2', 'AWSPENDING')
  time.now += 1_000
  await move('moved', 'v1', 'v2', 'AWSCURRENT')
  await move('moved', 'v1', undefined, 'AWSCURRENT')
  const { LastChangedDate } = await client().send(new DescribeSecretCommand({ SecretId: 'moved' }))
  expect(LastChangedDate).toEqual(new Date(time.now))
  expect(await stages('moved')).toEqual({
    [token('v1')]: ['AWSCURRENT'],
    [token('v2')]: ['AWSPREVIOUS'],
  })
})

test.each([
  ['without naming the holder', 'v2', undefined, 'AWSCURRENT', 'InvalidParameterException'],
  ['away from a version that lacks it', 'v2', 'v2', 'AWSCURRENT', 'InvalidParameterException'],
  ['to a version that is not there', 'v9', 'v1', 'AWSCURRENT', 'ResourceNotFoundException'],
  ['to nowhere, if it is AWSCURRENT', undefined, 'v1', 'AWSCURRENT', 'InvalidParameterException'],
  ['from nowhere to nowhere', undefined, undefined, 'AWSPENDING', 'InvalidParameterException'],
])('refuses to move a stage %s', async (_case, to, from, stage, name) => {
  await create('unmoved').catch(() => undefined)
  await put('unmoved', 'v2', ['AWSPENDING'])

  await expect(move('unmoved', to, from, stage)).rejects.toMatchObject({
    name,
  })
  expect(await stages('unmoved')).toEqual({
    [token('v1')]: ['AWSCURRENT'],
    [token('v2')]: ['AWSPENDING'],
  })
})

const remove = (SecretId: string, how: { days?: number; force?: boolean } = {}) =>
  client().send(
    new DeleteSecretCommand({
      SecretId,
      ...(how.days && { RecoveryWindowInDays: how.days }),
      ...(how.force && { ForceDeleteWithoutRecovery: how.force }),
    }),
  )

test('marks a secret for deletion, restores it, and purges it when the window ends', async () => {
  await create('leaving')

  const { DeletionDate } = await remove('leaving', { days: 7 })
  expect(DeletionDate).toEqual(new Date(time.now + 7 * DAY_MS))
  await expect(get('leaving')).rejects.toMatchObject({ name: 'InvalidRequestException' })
  await expect(put('leaving', 'v2')).rejects.toMatchObject({ name: 'InvalidRequestException' })
  await expect(remove('leaving')).rejects.toMatchObject({ name: 'InvalidRequestException' })
  await expect(create('leaving')).rejects.toMatchObject({ name: 'InvalidRequestException' })
  const described = await client().send(new DescribeSecretCommand({ SecretId: 'leaving' }))
  expect(described.DeletedDate).toEqual(new Date(time.now))

  await client().send(new RestoreSecretCommand({ SecretId: 'leaving' }))
  expect((await get('leaving')).SecretString).toBe('one')

  await remove('leaving')
  time.now += 30 * DAY_MS - 1
  await expect(get('leaving')).rejects.toMatchObject({ name: 'InvalidRequestException' })
  time.now += 1
  await expect(get('leaving')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})

test('deletes at once when forced, even what was never there', async () => {
  await create('forced')
  const again = await remove('forced', { force: true })

  expect(again.DeletionDate).toEqual(new Date(time.now))
  expect((await remove('never', { force: true })).Name).toBe('never')
  await expect(get('forced')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  await create('forced', 'reborn')
  expect((await get('forced')).SecretString).toBe('reborn')
})

test.each([{ days: 6 }, { days: 31 }, { days: 7, force: true }])(
  'refuses to delete with %j',
  async (how) => {
    await expect(remove('anything', how)).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
  },
)

const list = (input: ListSecretsCommandInput) => client().send(new ListSecretsCommand(input))

test('lists secrets by name, filtered and page by page', async () => {
  for (const Name of ['list/c', 'list/a', 'list/b']) await create(Name)
  const Filters = [{ Key: 'name' as const, Values: ['list/'] }]

  const first = await list({ Filters, MaxResults: 2 })
  const second = await list({ Filters, MaxResults: 2, NextToken: first.NextToken })
  const whole = await list({ Filters, MaxResults: 3 })

  expect(first.SecretList?.map(({ Name }) => Name)).toEqual(['list/a', 'list/b'])
  expect(second.SecretList?.map(({ Name }) => Name)).toEqual(['list/c'])
  expect([second.NextToken, whole.NextToken]).toEqual([undefined, undefined])
  await expect(list({ NextToken: 'x' })).rejects.toMatchObject({
    name: 'InvalidNextTokenException',
  })
  for (const MaxResults of [0, 101]) {
    await expect(list({ MaxResults })).rejects.toMatchObject({ name: 'InvalidParameterException' })
  }
  await expect(list({ Filters: [{ Key: 'all', Values: ['x'] }] })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
})

test('lists what is marked for deletion only when asked', async () => {
  await create('planned')
  await remove('planned')
  const Filters = [{ Key: 'name' as const, Values: ['planned'] }]

  expect((await list({ Filters })).SecretList).toEqual([])
  expect((await list({ Filters, IncludePlannedDeletion: true })).SecretList).toHaveLength(1)
  time.now += 30 * DAY_MS
  expect((await list({ Filters, IncludePlannedDeletion: true })).SecretList).toEqual([])
})

test('tags secrets, and finds them by every tag filter', async () => {
  const SecretId = 'tagged'
  await client().send(
    new CreateSecretCommand({ Name: SecretId, Tags: [{ Key: 'team', Value: 'identity' }] }),
  )
  const Tags = [
    { Key: 'team', Value: 'access' },
    { Key: 'expires', Value: 'never' },
  ]
  await client().send(new TagResourceCommand({ SecretId, Tags }))

  const found = await list({
    Filters: [
      { Key: 'tag-key', Values: ['nope', 'expires'] },
      { Key: 'tag-value', Values: ['acc'] },
    ],
  })
  const missed = await list({
    Filters: [
      { Key: 'tag-key', Values: ['expires'] },
      { Key: 'tag-value', Values: ['identity'] },
    ],
  })

  expect(found.SecretList).toMatchObject([{ Name: SecretId, Tags }])
  expect(missed.SecretList).toEqual([])
})

test('lists version ids, those without a stage only when asked', async () => {
  const SecretId = 'versions'
  await create(SecretId)
  for (const version of ['v2', 'v3']) await put(SecretId, version)
  time.now += 1_000
  await get(SecretId)
  const listed = async (IncludeDeprecated: boolean) => {
    const command = new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated })
    return (await client().send(command)).Versions
  }

  const CreatedDate = new Date(time.now - 1_000)
  const staged = [
    { VersionId: token('v2'), VersionStages: ['AWSPREVIOUS'], CreatedDate },
    {
      VersionId: token('v3'),
      VersionStages: ['AWSCURRENT'],
      CreatedDate,
      LastAccessedDate: new Date(time.now),
    },
  ]
  expect(await listed(false)).toEqual(staged)
  expect(await listed(true)).toEqual([
    { VersionId: token('v1'), VersionStages: [], CreatedDate },
    ...staged,
  ])
})

const post = (headers: Record<string, string>, body: string) =>
  fetch(servers[0]?.endpoint ?? '', { method: 'POST', headers, body })

const authorized = { authorization: 'AWS4-HMAC-SHA256' }

test.each([
  ['secretsmanager.GetSecretValue', '[]', 'SerializationException'],
  ['secretsmanager.GetSecretValue', '{"SecretId":', 'SerializationException'],
  ['secretsmanager.GetSecretValue', '{"SecretId":7}', 'SerializationException'],
  ['secretsmanager.GetSecretValue', '{}', 'ValidationException'],
  ['secretsmanager.ListSecrets', '{"MaxResults":"7"}', 'SerializationException'],
  ['secretsmanager.ListSecrets', '{"IncludePlannedDeletion":1}', 'SerializationException'],
  ['secretsmanager.ListSecrets', '{"Filters":["name"]}', 'SerializationException'],
  [
    'secretsmanager.ListSecrets',
    '{"Filters":[{"Key":"name","Values":[1]}]}',
    'SerializationException',
  ],
  ['secretsmanager.Nothing', '{}', 'UnknownOperationException'],
  ['AmazonSQS.ListSecrets', '{}', 'UnknownOperationException'],
])('refuses %s with the body %s as AWS does', async (target, body, type) => {
  const response = await post({ 'x-amz-target': target, ...authorized }, body)

  expect(response.status).toBe(400)
  expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1')
  expect(await response.json()).toMatchObject({ __type: type, Message: expect.any(String) })
})

test('refuses a call that nobody signed', async () => {
  const response = await post({ 'x-amz-target': 'secretsmanager.ListSecrets' }, '{}')

  expect(await response.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' })
})

test('outlives a client that is cut off in the middle of a call', async () => {
  const socket = connect(servers[0]?.port ?? 0, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"half')

  // The first call gives the server time to take the half call in, the second to see it end.
  await list({})
  socket.resetAndDestroy()
  await once(socket, 'close')
  await list({})

  await expect(list({})).resolves.toBeDefined()
})
