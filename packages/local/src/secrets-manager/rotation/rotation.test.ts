import { expect, onTestFinished, test } from 'vitest'
import { token } from '../fixtures/calls.ts'
import { ROTATION_ARN, startWith } from '../fixtures/rotating.ts'

const fails = async () => {
  throw new Error('no good')
}

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret']

test('invokes the function with the four steps, and lets it move the labels', async () => {
  const sm = await startWith('app/key', onTestFinished)
  const { ARN: secretArn = '' } = await sm.describe('app/key')

  const over = sm.settled()
  const answer = await sm.rotate('app/key', 'v2')

  const versionId = token('v2')
  expect(answer).toMatchObject({ ARN: secretArn, Name: 'app/key', VersionId: versionId })
  expect(await over).toEqual({ secretArn, secretName: 'app/key', versionId, outcome: 'succeeded' })
  const [{ RotationToken } = { RotationToken: '' }] = sm.events
  expect(RotationToken).not.toBe('')
  expect(sm.events).toEqual(
    STEPS.map((Step) => ({
      Step,
      SecretId: secretArn,
      ClientRequestToken: versionId,
      RotationToken,
    })),
  )
  expect(await sm.stages('app/key')).toEqual({
    [token('v1')]: ['AWSPREVIOUS'],
    [versionId]: ['AWSPENDING', 'AWSCURRENT'],
  })
  expect(await sm.get('app/key')).toMatchObject({ SecretString: 'new', VersionId: versionId })
})

test('answers at once with a pending version that has no value yet', async () => {
  const sm = await startWith('waiting', onTestFinished)
  const gate = Promise.withResolvers<void>()
  sm.steps.createSecret = () => gate.promise

  const over = sm.settled()
  await sm.rotate('waiting', 'v2')

  expect(await sm.stages('waiting')).toEqual({
    [token('v1')]: ['AWSCURRENT'],
    [token('v2')]: ['AWSPENDING'],
  })
  for (const version of [{ VersionStage: 'AWSPENDING' }, { VersionId: token('v2') }]) {
    await expect(sm.get('waiting', version)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  }
  expect((await sm.get('waiting')).SecretString).toBe('one')
  expect(sm.events.map(({ Step }) => Step)).toEqual(['createSecret'])
  gate.resolve()
  await over
})

test('takes a value for the pending version once', async () => {
  const sm = await startWith('filled', onTestFinished)
  sm.steps.createSecret = fails
  const over = sm.settled()
  await sm.rotate('filled', 'v2')
  await over

  await sm.put('filled', 'v2', ['AWSPENDING'])
  await sm.put('filled', 'v2', ['AWSPENDING'])

  expect((await sm.get('filled', { VersionStage: 'AWSPENDING' })).SecretString).toBe('v2')
  expect(await sm.stages('filled')).toEqual({
    [token('v1')]: ['AWSCURRENT'],
    [token('v2')]: ['AWSPENDING'],
  })
  await expect(
    sm.works.createSecret({
      Step: 'createSecret',
      SecretId: 'filled',
      ClientRequestToken: token('v2'),
      RotationToken: '',
    }),
  ).rejects.toMatchObject({ name: 'ResourceExistsException' })
})

test.each(STEPS.map((step, index) => [step, index] as const))(
  'stops at %s if that fails, and begins no other rotation until AWSPENDING is gone',
  async (step, index) => {
    const sm = await startWith('failing', onTestFinished)
    Object.assign(sm.steps, { [step]: fails })

    const over = sm.settled()
    await sm.rotate('failing', 'v2')

    expect(await over).toMatchObject({
      outcome: 'failed',
      step,
      error: { errorMessage: 'Error: no good' },
    })
    expect(sm.events.map(({ Step }) => Step)).toEqual(STEPS.slice(0, index + 1))
    expect(await sm.stages('failing')).toEqual({
      [token('v1')]: ['AWSCURRENT'],
      [token('v2')]: ['AWSPENDING'],
    })
    expect((await sm.describe('failing')).LastRotatedDate).toBeUndefined()
    const name = 'InvalidRequestException'
    await expect(sm.rotate('failing', 'v3')).rejects.toMatchObject({ name })
    expect(sm.events).toHaveLength(index + 1)

    Object.assign(sm.steps, { setSecret: undefined, testSecret: undefined }, sm.works)
    await sm.unpend('failing', 'v2')
    const again = sm.settled()
    await sm.rotate('failing', 'v3')
    expect(await again).toMatchObject({ outcome: 'succeeded' })
    expect((await sm.get('failing')).VersionId).toBe(token('v3'))
  },
)

test('rotates again although AWSPENDING stays on what is current', async () => {
  const sm = await startWith('again', onTestFinished)

  for (const version of ['v2', 'v3']) {
    const over = sm.settled()
    await sm.rotate('again', version)
    await over
  }

  expect(await sm.stages('again')).toEqual({
    [token('v2')]: ['AWSPREVIOUS'],
    [token('v3')]: ['AWSPENDING', 'AWSCURRENT'],
  })
})

test('begins one rotation when many are asked for at once', async () => {
  const sm = await startWith('crowded', onTestFinished)
  const versions = Array.from({ length: 10 }, (_, index) => `rival-${index}-`)
  const gate = Promise.withResolvers<void>()
  sm.steps.testSecret = () => gate.promise

  const over = sm.settled()
  const answers = await Promise.allSettled(versions.map((version) => sm.rotate('crowded', version)))
  gate.resolve()
  await over

  const begun = answers.filter(({ status }) => status === 'fulfilled')
  expect(begun).toHaveLength(1)
  for (const answer of answers.filter(({ status }) => status === 'rejected')) {
    expect(answer).toMatchObject({ reason: { name: 'InvalidRequestException' } })
  }
  expect(sm.events).toHaveLength(4)
})

test('begins one rotation for one token, however often it is asked for', async () => {
  const sm = await startWith('repeated', onTestFinished)

  const over = sm.settled()
  const answers = await Promise.all([sm.rotate('repeated', 'v2'), sm.rotate('repeated', 'v2')])
  await over
  await sm.rotate('repeated', 'v2')

  expect(answers.map(({ VersionId }) => VersionId)).toEqual([token('v2'), token('v2')])
  expect(sm.events).toHaveLength(4)
})

test('tells how a secret is rotated, and when', async () => {
  const sm = await startWith('told', onTestFinished)
  const rotatedAt = sm.time.now() + 5_000
  sm.steps.testSecret = async () => sm.time.advance(5_000)
  expect((await sm.describe('told')).RotationEnabled).toBeUndefined()

  const RotationRules = { ScheduleExpression: 'rate(10 days)', Duration: '2h' }
  const over = sm.settled()
  await sm.rotate('told', 'v2', { RotationRules })
  await over

  const facts = {
    RotationEnabled: true,
    RotationLambdaARN: ROTATION_ARN,
    RotationRules,
    LastRotatedDate: new Date(rotatedAt),
    NextRotationDate: new Date(rotatedAt + 10 * 86_400_000),
  }
  expect(await sm.describe('told')).toMatchObject(facts)
  expect((await sm.list({})).SecretList).toMatchObject([facts])
})

test('tells of the last rotation that ended well, and of the last change', async () => {
  const sm = await startWith('history', onTestFinished)
  const first = sm.settled()
  await sm.rotate('history', 'v2')
  await first
  const rotatedAt = sm.time.now()

  sm.steps.createSecret = fails
  sm.time.advance(1_000)
  const second = sm.settled()
  await sm.rotate('history', 'v3')
  await second

  expect(await sm.describe('history')).toMatchObject({
    LastRotatedDate: new Date(rotatedAt),
    LastChangedDate: new Date(sm.time.now()),
  })
})

test('rotates with the function and the rules it was told before', async () => {
  const sm = await startWith('stored', onTestFinished)
  const first = sm.settled()
  await sm.rotate('stored', 'v2', { RotationRules: { AutomaticallyAfterDays: 3 } })
  await first

  const second = sm.settled()
  await sm.rotate('stored', 'v3', { RotationLambdaARN: undefined })
  await second

  expect((await sm.get('stored')).VersionId).toBe(token('v3'))
  expect((await sm.describe('stored')).RotationRules).toEqual({ AutomaticallyAfterDays: 3 })
})

const current = { [token('v1')]: ['AWSCURRENT'] }
const staged = { ...current, [token('v2')]: ['AWSPENDING'] }

test.each([
  ['copy', [staged, 'one']],
  ['empty', [staged, undefined]],
  ['nothing', [current, undefined]],
] as const)('only tests the function when it is not to rotate at once: %s', async (trial, at) => {
  const sm = await startWith('later', onTestFinished, { trial })
  const seen = Promise.withResolvers<unknown>()
  sm.steps.testSecret = async () => {
    const pending = await sm.get('later', { VersionId: token('v2') }).catch(() => undefined)
    seen.resolve([await sm.stages('later'), pending?.SecretString])
  }

  const RotationRules = { AutomaticallyAfterDays: 1 }
  const answer = await sm.rotate('later', 'v2', { RotateImmediately: false, RotationRules })

  expect(answer.VersionId).toBeUndefined()
  expect(await seen.promise).toEqual(at)
  const over = sm.settled()
  // The call gives the version time to be forgotten again; the day, to be rotated.
  expect(await sm.stages('later')).toEqual({ [token('v1')]: ['AWSCURRENT'] })
  expect(sm.events.map(({ Step }) => Step)).toEqual(['testSecret'])
  sm.time.advance(86_400_000)
  expect(await over).toMatchObject({ outcome: 'succeeded' })
})

test.each([
  ['without a function', { RotationLambdaARN: undefined }, 'InvalidRequestException'],
  ['with a function that is not there', { RotationLambdaARN: 'arn:x' }, 'AccessDeniedException'],
  ['with a short token', { ClientRequestToken: 'x'.repeat(31) }, 'ValidationException'],
  ['with a long token', { ClientRequestToken: 'x'.repeat(65) }, 'ValidationException'],
  ...[
    { AutomaticallyAfterDays: 0 },
    { AutomaticallyAfterDays: 1001 },
    { AutomaticallyAfterDays: 1.5 },
    { AutomaticallyAfterDays: 1, ScheduleExpression: 'rate(1 day)' },
    { ScheduleExpression: 'rate(3 hours)' },
    { ScheduleExpression: 'rate(300 minutes)' },
    { ScheduleExpression: 'at(2040-01-01T10:00:00)' },
    { ScheduleExpression: 'cron(5 0 * * ? *)' },
    { ScheduleExpression: 'cron(0 0 * * ? 2031)' },
    { ScheduleExpression: 'daily' },
  ].map(
    (RotationRules) =>
      [
        `with ${JSON.stringify(RotationRules)}`,
        { RotationRules },
        'InvalidParameterException',
      ] as const,
  ),
] as const)('refuses to rotate %s, and changes nothing', async (_case, input, name) => {
  const sm = await startWith('refused', onTestFinished)

  await expect(sm.rotate('refused', 'v2', input)).rejects.toMatchObject({ name })

  expect(await sm.stages('refused')).toEqual({ [token('v1')]: ['AWSCURRENT'] })
  expect((await sm.describe('refused')).RotationEnabled).toBeUndefined()
  expect(sm.events).toEqual([])
})

test('rotates neither what is not there nor what is marked for deletion', async () => {
  const sm = await startWith('leaving', onTestFinished)
  await sm.remove('leaving')

  await expect(sm.rotate('nobody', 'v2')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  })
  await expect(sm.rotate('leaving', 'v2')).rejects.toMatchObject({
    name: 'InvalidRequestException',
  })
})
