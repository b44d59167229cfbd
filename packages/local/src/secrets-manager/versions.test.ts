import {
  CreateSecretCommand,
  DescribeSecretCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { afterAll, expect, test } from 'vitest'
import { startCalls, token } from './fixtures/calls.ts'

const sm = await startCalls()
afterAll(sm.stop)

test('keeps binary values as bytes', async () => {
  const SecretBinary = new Uint8Array([0, 255, 7])
  await sm.client.send(new CreateSecretCommand({ Name: 'binary', SecretBinary }))

  const value = await sm.get('binary')

  expect(value.SecretString).toBeUndefined()
  expect([...(value.SecretBinary ?? [])]).toEqual([0, 255, 7])
})

test('creates a secret without a value, whose first version is current', async () => {
  const made = await sm.client.send(new CreateSecretCommand({ Name: 'empty' }))

  expect(made.VersionId).toBeUndefined()
  await expect(sm.get('empty')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  await sm.put('empty', 'v1', ['AWSPENDING'])
  expect(await sm.get('empty')).toMatchObject({ VersionStages: ['AWSCURRENT', 'AWSPENDING'] })
})

test('makes a new value current and the old one previous', async () => {
  await sm.create('rolled')
  await sm.put('rolled', 'v2')
  await sm.put('rolled', 'v3')

  expect(await sm.stages('rolled')).toEqual({
    [token('v2')]: ['AWSPREVIOUS'],
    [token('v3')]: ['AWSCURRENT'],
  })
  expect((await sm.get('rolled')).SecretString).toBe('v3')
  expect((await sm.get('rolled', { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('v2')
  expect((await sm.get('rolled', { VersionId: token('v1') })).SecretString).toBe('one')
})

test('stages a pending value without touching the current one', async () => {
  await sm.create('staged')
  await sm.put('staged', 'v2', ['AWSPENDING'])

  expect((await sm.get('staged')).SecretString).toBe('one')
  expect((await sm.get('staged', { VersionStage: 'AWSPENDING' })).SecretString).toBe('v2')
  expect(
    (await sm.get('staged', { VersionId: token('v2'), VersionStage: 'AWSPENDING' })).VersionId,
  ).toBe(token('v2'))
})

test('puts a value once for one token, and refuses the token for another value', async () => {
  await sm.create('put-once')
  await sm.put('put-once', 'v2')
  await sm.put('put-once', 'v3')
  await sm.put('put-once', 'v2')

  expect((await sm.get('put-once')).SecretString).toBe('v3')
  const conflict = new PutSecretValueCommand({
    SecretId: 'put-once',
    SecretString: 'other',
    ClientRequestToken: token('v2'),
  })
  await expect(sm.client.send(conflict)).rejects.toMatchObject({ name: 'ResourceExistsException' })
  await expect(
    sm.client.send(new PutSecretValueCommand({ SecretId: 'put-once' })),
  ).rejects.toMatchObject({ name: 'InvalidRequestException' })
})

test.each([
  [{ VersionStage: 'AWSPREVIOUS' }, 'ResourceNotFoundException'],
  [{ VersionId: token('v9') }, 'ResourceNotFoundException'],
  [{ VersionId: token('v1'), VersionStage: 'AWSPENDING' }, 'InvalidRequestException'],
])('refuses to read %j with %s', async (version, name) => {
  await sm.create('read-refused')

  await expect(sm.get('read-refused', version)).rejects.toMatchObject({ name })
})

const move = (SecretId: string, to: string | undefined, from: string | undefined, stage: string) =>
  sm.client.send(
    new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage: stage,
      ...(to && { MoveToVersionId: token(to) }),
      ...(from && { RemoveFromVersionId: token(from) }),
    }),
  )

test('moves a stage when told who holds it, and the loser of AWSCURRENT is previous', async () => {
  await sm.create('moved')
  await sm.put('moved', 'v2', ['AWSPENDING'])

  await move('moved', 'v2', 'v1', 'AWSCURRENT')
  expect(await sm.stages('moved')).toEqual({
    [token('v1')]: ['AWSPREVIOUS'],
    [token('v2')]: ['AWSPENDING', 'AWSCURRENT'],
  })
  await move('moved', undefined, 'v2', 'AWSPENDING')
  sm.time.advance(1_000)
  await move('moved', 'v1', 'v2', 'AWSCURRENT')
  await move('moved', 'v1', undefined, 'AWSCURRENT')
  const { LastChangedDate } = await sm.client.send(new DescribeSecretCommand({ SecretId: 'moved' }))
  expect(LastChangedDate).toEqual(new Date(sm.time.now()))
  expect(await sm.stages('moved')).toEqual({
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
  await sm.create('unmoved').catch(() => undefined)
  await sm.put('unmoved', 'v2', ['AWSPENDING'])

  await expect(move('unmoved', to, from, stage)).rejects.toMatchObject({
    name,
  })
  expect(await sm.stages('unmoved')).toEqual({
    [token('v1')]: ['AWSCURRENT'],
    [token('v2')]: ['AWSPENDING'],
  })
})

test('lists version ids, those without a stage only when asked', async () => {
  const SecretId = 'versions'
  await sm.create(SecretId)
  for (const version of ['v2', 'v3']) await sm.put(SecretId, version)
  sm.time.advance(1_000)
  await sm.get(SecretId)
  const listed = async (IncludeDeprecated: boolean) => {
    const command = new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated })
    return (await sm.client.send(command)).Versions
  }

  const CreatedDate = new Date(sm.time.now() - 1_000)
  const staged = [
    { VersionId: token('v2'), VersionStages: ['AWSPREVIOUS'], CreatedDate },
    {
      VersionId: token('v3'),
      VersionStages: ['AWSCURRENT'],
      CreatedDate,
      LastAccessedDate: new Date(sm.time.now()),
    },
  ]
  expect(await listed(false)).toEqual(staged)
  expect(await listed(true)).toEqual([
    { VersionId: token('v1'), VersionStages: [], CreatedDate },
    ...staged,
  ])
})
