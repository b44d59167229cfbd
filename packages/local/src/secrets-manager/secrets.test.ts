import {
  CreateSecretCommand,
  DescribeSecretCommand,
  RestoreSecretCommand,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager'
import { afterAll, expect, test } from 'vitest'
import { DAY_MS, startCalls, token } from './fixtures/calls.ts'

const sm = await startCalls()
afterAll(sm.stop)

test('gives back what a secret was created with, by name, ARN and partial ARN', async () => {
  const { ARN = '', VersionId } = await sm.create('app/key', 'hush')

  expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-west-1:000000000000:secret:app\/key-\w{6}$/)
  for (const id of ['app/key', ARN, ARN.slice(0, -7)]) {
    expect(await sm.get(id)).toMatchObject({
      ARN,
      Name: 'app/key',
      SecretString: 'hush',
      VersionId,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: new Date(sm.time.now()),
    })
  }
})

test('describes a secret with everything but its value', async () => {
  const Tags = [{ Key: 'team', Value: 'identity' }]
  const createdAt = sm.time.now()
  await sm.client.send(
    new CreateSecretCommand({
      Name: 'described',
      SecretString: 'one',
      ClientRequestToken: token('v1'),
      Description: 'for the ledger',
      KmsKeyId: 'alias/lapse',
      Tags,
    }),
  )
  sm.time.advance(1_000)
  const changedAt = sm.time.now()
  await sm.put('described', 'v2')
  sm.time.advance(1_000)
  await sm.get('described')

  const described = await sm.client.send(new DescribeSecretCommand({ SecretId: 'described' }))
  const listed = await sm.list({ Filters: [{ Key: 'description', Values: ['for'] }] })

  const facts = {
    Name: 'described',
    Description: 'for the ledger',
    KmsKeyId: 'alias/lapse',
    CreatedDate: new Date(createdAt),
    LastChangedDate: new Date(changedAt),
    LastAccessedDate: new Date(sm.time.now()),
    Tags,
  }
  const stages = { [token('v1')]: ['AWSPREVIOUS'], [token('v2')]: ['AWSCURRENT'] }
  expect(described).toMatchObject({ ...facts, VersionIdsToStages: stages })
  expect(described.DeletedDate).toBeUndefined()
  expect(listed.SecretList).toMatchObject([{ ...facts, SecretVersionsToStages: stages }])
})

test('creates once for one token, and refuses the name for any other', async () => {
  const first = await sm.create('once')

  expect(await sm.create('once')).toMatchObject({ ARN: first.ARN, VersionId: first.VersionId })
  await expect(sm.create('once', 'two')).rejects.toMatchObject({ name: 'ResourceExistsException' })
  await expect(sm.create('once', 'one', token('v2'))).rejects.toMatchObject({
    name: 'ResourceExistsException',
  })
})

test('refuses a name, a value or a body it cannot take', async () => {
  const both = { SecretString: 'a', SecretBinary: new Uint8Array([1]) }

  await expect(sm.create('a name')).rejects.toMatchObject({ name: 'ValidationException' })
  await expect(sm.create('')).rejects.toMatchObject({ name: 'ValidationException' })
  await expect(sm.create('big', 'x'.repeat(65_537))).rejects.toMatchObject({
    name: 'ValidationException',
  })
  await expect(sm.create('fits', 'x'.repeat(65_536))).resolves.toBeDefined()
  await expect(sm.create('n'.repeat(513))).rejects.toMatchObject({ name: 'ValidationException' })
  await expect(
    sm.client.send(new CreateSecretCommand({ Name: 'big', SecretBinary: new Uint8Array(65_537) })),
  ).rejects.toMatchObject({ name: 'ValidationException' })
  await expect(
    sm.client.send(new CreateSecretCommand({ Name: 'both', ...both })),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' })
})

test('answers for a secret that is not there', async () => {
  const name = 'ResourceNotFoundException'

  await expect(sm.get('nobody')).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } })
  await expect(sm.put('nobody', 'v1')).rejects.toMatchObject({ name })
  await expect(sm.stages('nobody')).rejects.toMatchObject({ name })
})

test('marks a secret for deletion, restores it, and purges it when the window ends', async () => {
  await sm.create('leaving')

  const { DeletionDate } = await sm.remove('leaving', { days: 7 })
  expect(DeletionDate).toEqual(new Date(sm.time.now() + 7 * DAY_MS))
  await expect(sm.get('leaving')).rejects.toMatchObject({ name: 'InvalidRequestException' })
  await expect(sm.put('leaving', 'v2')).rejects.toMatchObject({ name: 'InvalidRequestException' })
  await expect(sm.remove('leaving')).rejects.toMatchObject({ name: 'InvalidRequestException' })
  await expect(sm.create('leaving')).rejects.toMatchObject({ name: 'InvalidRequestException' })
  const described = await sm.client.send(new DescribeSecretCommand({ SecretId: 'leaving' }))
  expect(described.DeletedDate).toEqual(new Date(sm.time.now()))

  await sm.client.send(new RestoreSecretCommand({ SecretId: 'leaving' }))
  expect((await sm.get('leaving')).SecretString).toBe('one')

  await sm.remove('leaving')
  sm.time.advance(30 * DAY_MS - 1)
  await expect(sm.get('leaving')).rejects.toMatchObject({ name: 'InvalidRequestException' })
  sm.time.advance(1)
  await expect(sm.get('leaving')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})

test('deletes at once when forced, even what was never there', async () => {
  await sm.create('forced')
  const again = await sm.remove('forced', { force: true })

  expect(again.DeletionDate).toEqual(new Date(sm.time.now()))
  expect((await sm.remove('never', { force: true })).Name).toBe('never')
  await expect(sm.get('forced')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  await sm.create('forced', 'reborn')
  expect((await sm.get('forced')).SecretString).toBe('reborn')
})

test.each([{ days: 6 }, { days: 31 }, { days: 7, force: true }])(
  'refuses to delete with %j',
  async (how) => {
    await expect(sm.remove('anything', how)).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
  },
)

test('lists secrets by name, filtered and page by page', async () => {
  for (const Name of ['list/c', 'list/a', 'list/b']) await sm.create(Name)
  const Filters = [{ Key: 'name' as const, Values: ['list/'] }]

  const first = await sm.list({ Filters, MaxResults: 2 })
  const second = await sm.list({ Filters, MaxResults: 2, NextToken: first.NextToken })
  const whole = await sm.list({ Filters, MaxResults: 3 })

  expect(first.SecretList?.map(({ Name }) => Name)).toEqual(['list/a', 'list/b'])
  expect(second.SecretList?.map(({ Name }) => Name)).toEqual(['list/c'])
  expect([second.NextToken, whole.NextToken]).toEqual([undefined, undefined])
  await expect(sm.list({ NextToken: 'x' })).rejects.toMatchObject({
    name: 'InvalidNextTokenException',
  })
  for (const MaxResults of [0, 101]) {
    await expect(sm.list({ MaxResults })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
  }
  await expect(sm.list({ Filters: [{ Key: 'all', Values: ['x'] }] })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
})

test('lists what is marked for deletion only when asked', async () => {
  await sm.create('planned')
  await sm.remove('planned')
  const Filters = [{ Key: 'name' as const, Values: ['planned'] }]

  expect((await sm.list({ Filters })).SecretList).toEqual([])
  expect((await sm.list({ Filters, IncludePlannedDeletion: true })).SecretList).toHaveLength(1)
  sm.time.advance(30 * DAY_MS)
  expect((await sm.list({ Filters, IncludePlannedDeletion: true })).SecretList).toEqual([])
})

test('tags secrets, and finds them by every tag filter', async () => {
  const SecretId = 'tagged'
  await sm.client.send(
    new CreateSecretCommand({ Name: SecretId, Tags: [{ Key: 'team', Value: 'identity' }] }),
  )
  const Tags = [
    { Key: 'team', Value: 'access' },
    { Key: 'expires', Value: 'never' },
  ]
  await sm.client.send(new TagResourceCommand({ SecretId, Tags }))

  const found = await sm.list({
    Filters: [
      { Key: 'tag-key', Values: ['nope', 'expires'] },
      { Key: 'tag-value', Values: ['acc'] },
    ],
  })
  const missed = await sm.list({
    Filters: [
      { Key: 'tag-key', Values: ['expires'] },
      { Key: 'tag-value', Values: ['identity'] },
    ],
  })

  expect(found.SecretList).toMatchObject([{ Name: SecretId, Tags }])
  expect(missed.SecretList).toEqual([])
})
