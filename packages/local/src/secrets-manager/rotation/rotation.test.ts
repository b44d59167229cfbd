import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { expect, onTestFinished, test } from 'vitest'
import { startCalls, token } from '../fixtures/calls.ts'
import { ROTATION_ARN, startRotating } from '../fixtures/rotating.ts'

const start = async (SecretId: string) => {
  const sm = await startRotating()
  onTestFinished(sm.stop)
  await sm.create(SecretId)
  Object.assign(sm.steps, sm.works)
  return sm
}

const never = () => new Promise<never>(() => undefined)

const fails = async () => {
  throw new Error('no good')
}

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret']

test('invokes the function with the four steps, and lets it move the labels', async () => {
  const sm = await start('app/key')
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
  const sm = await start('waiting')
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
  const sm = await start('filled')
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
    const sm = await start('failing')
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
  const sm = await start('again')

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
  const sm = await start('crowded')
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
  const sm = await start('repeated')

  const over = sm.settled()
  const answers = await Promise.all([sm.rotate('repeated', 'v2'), sm.rotate('repeated', 'v2')])
  await over
  await sm.rotate('repeated', 'v2')

  expect(answers.map(({ VersionId }) => VersionId)).toEqual([token('v2'), token('v2')])
  expect(sm.events).toHaveLength(4)
})

test('tells how a secret is rotated, and when', async () => {
  const sm = await start('told')
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

test('rotates with the function and the rules it was told before', async () => {
  const sm = await start('stored')
  const first = sm.settled()
  await sm.rotate('stored', 'v2', { RotationRules: { AutomaticallyAfterDays: 3 } })
  await first

  const second = sm.settled()
  await sm.rotate('stored', 'v3', { RotationLambdaARN: undefined })
  await second

  expect((await sm.get('stored')).VersionId).toBe(token('v3'))
  expect((await sm.describe('stored')).RotationRules).toEqual({ AutomaticallyAfterDays: 3 })
})

test('only tests the function when it is not to rotate at once', async () => {
  const sm = await start('later')
  const seen = Promise.withResolvers<unknown>()
  sm.steps.testSecret = async () => seen.resolve(await sm.stages('later'))

  const RotationRules = { AutomaticallyAfterDays: 1 }
  const answer = await sm.rotate('later', 'v2', { RotateImmediately: false, RotationRules })

  expect(answer.VersionId).toBeUndefined()
  expect(await seen.promise).toEqual({
    [token('v1')]: ['AWSCURRENT'],
    [token('v2')]: ['AWSPENDING'],
  })
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
  const sm = await start('refused')

  await expect(sm.rotate('refused', 'v2', input)).rejects.toMatchObject({ name })

  expect(await sm.stages('refused')).toEqual({ [token('v1')]: ['AWSCURRENT'] })
  expect((await sm.describe('refused')).RotationEnabled).toBeUndefined()
  expect(sm.events).toEqual([])
})

test('rotates neither what is not there nor what is marked for deletion', async () => {
  const sm = await start('leaving')
  await sm.remove('leaving')

  await expect(sm.rotate('nobody', 'v2')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  })
  await expect(sm.rotate('leaving', 'v2')).rejects.toMatchObject({
    name: 'InvalidRequestException',
  })
})

test('cancels: the step that runs ends, no other begins, and the schedule is off', async () => {
  const sm = await start('canceled')
  const begun = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  sm.steps.setSecret = async () => {
    begun.resolve()
    await gate.promise
  }
  const over = sm.settled()
  await sm.rotate('canceled', 'v2', { RotationRules: { AutomaticallyAfterDays: 1 } })
  await begun.promise

  const answer = await sm.cancel('canceled')
  gate.resolve()

  expect(answer).toMatchObject({ Name: 'canceled', VersionId: token('v2') })
  expect(await over).toMatchObject({ outcome: 'canceled' })
  expect(sm.events.map(({ Step }) => Step)).toEqual(['createSecret', 'setSecret'])
  const described = await sm.describe('canceled')
  expect(described).toMatchObject({ RotationEnabled: false, RotationLambdaARN: ROTATION_ARN })
  expect(described.NextRotationDate).toBeUndefined()
  expect(described.VersionIdsToStages?.[token('v2')]).toEqual(['AWSPENDING'])
  expect(sm.time.alarms()).toBe(0)
  expect((await sm.cancel('canceled')).VersionId).toBeUndefined()
})

test('a rotation that ends well after it was canceled turns no schedule on', async () => {
  const sm = await start('late')
  const begun = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  sm.steps.finishSecret = async (event) => {
    begun.resolve()
    await gate.promise
    await sm.works.finishSecret(event)
  }
  const over = sm.settled()
  await sm.rotate('late', 'v2', { RotationRules: { AutomaticallyAfterDays: 1 } })
  await begun.promise
  await sm.cancel('late')
  gate.resolve()

  expect(await over).toMatchObject({ outcome: 'succeeded' })
  const { LastRotatedDate, NextRotationDate } = await sm.describe('late')
  expect(LastRotatedDate).toEqual(new Date(sm.time.now()))
  expect(NextRotationDate).toBeUndefined()
})

test('cancels only where rotation was configured', async () => {
  const sm = await start('plain')

  await expect(sm.cancel('plain')).rejects.toMatchObject({ name: 'InvalidRequestException' })
})

test('survives an observer that throws', async () => {
  const told = Promise.withResolvers<unknown>()
  const sm = await startCalls({
    functionAt: (arn) => ({ arn, invoke: async () => ({}) }),
    onRotation: () => {
      throw new Error('observer')
    },
    onError: told.resolve,
  })
  onTestFinished(sm.stop)
  await sm.create('observed')

  await sm.client.send(
    new RotateSecretCommand({ SecretId: 'observed', RotationLambdaARN: 'arn:x' }),
  )

  expect(await told.promise).toEqual(new Error('observer'))
})

test('kills what runs when it stops', async () => {
  const sm = await start('killed')
  const begun = Promise.withResolvers<void>()
  sm.steps.createSecret = (_event, signal) => {
    begun.resolve()
    return Promise.race([
      never(),
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('killed')))
      }),
    ])
  }
  const over = sm.settled()
  await sm.rotate('killed', 'v2')
  await begun.promise

  await sm.server.stop()

  expect(await over).toMatchObject({ outcome: 'failed', step: 'createSecret' })
  expect(sm.events).toHaveLength(1)
})
