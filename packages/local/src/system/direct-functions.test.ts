import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import { expect, onTestFinished, test } from 'vitest'
import { ScheduleExpressionError, UnknownFunctionError } from '../errors.ts'
import type { Fired } from '../schedules/schedule.ts'
import type { SettledRotation } from '../secrets-manager/rotation/rotations.ts'
import { secretsManagerClient } from './clients.ts'
import { DIRECT_FUNCTIONS, SCHEDULES } from './direct-functions.ts'
import type { LocalOptions } from './options.ts'
import { startLocal } from './start-local.ts'

const fixture = (file: string) => new URL(`./fixtures/${file}`, import.meta.url).href

const FIXTURES: Readonly<Record<string, string>> = {
  'rotate-client-secret': fixture('rotation.ts'),
  sweep: fixture('direct.ts'),
}

const directFunctions = DIRECT_FUNCTIONS.map((definition) => ({
  ...definition,
  module: FIXTURES[definition.stem] ?? definition.module,
}))

const start = async (options: LocalOptions = {}) => {
  const local = await startLocal({ functions: [], directFunctions, ...options })
  onTestFinished(() => local.stop())
  return local
}

const startRotating = async (SecretString: string, options: LocalOptions = {}) => {
  const over = Promise.withResolvers<SettledRotation>()
  const lines: string[] = []
  const local = await start({
    onRotation: over.resolve,
    onLog: (name, line) => lines.push(`${name} ${line}`),
    ...options,
  })
  const client = secretsManagerClient(local.endpoints.secretsManager)
  onTestFinished(() => client.destroy())
  await client.send(new CreateSecretCommand({ Name: 'app', SecretString }))
  const rotate = () =>
    client.send(
      new RotateSecretCommand({
        SecretId: 'app',
        RotationLambdaARN: local.functionArn('rotate-client-secret'),
      }),
    )
  return { client, rotate, over: over.promise, lines }
}

test('knows only functions that are there', () => {
  const stems = DIRECT_FUNCTIONS.map(({ stem }) => stem)

  expect(stems).toEqual(['rotate-client-secret', 'seal', 'sweep', 'webhook'])
  for (const { module } of DIRECT_FUNCTIONS) expect(existsSync(fileURLToPath(module))).toBe(true)
  for (const { stem } of SCHEDULES) expect(stems).toContain(stem)
})

test('rotates a secret with a function in a process of its own', async () => {
  const { client, rotate, over, lines } = await startRotating('old')

  const { VersionId } = await rotate()

  expect(await over).toMatchObject({
    outcome: 'succeeded',
    secretName: 'app',
    versionId: VersionId,
  })
  const value = await client.send(new GetSecretValueCommand({ SecretId: 'app' }))
  expect(value).toMatchObject({ SecretString: 'new', VersionId })
  expect(lines).toEqual(
    ['createSecret', 'setSecret', 'testSecret', 'finishSecret'].map(
      (step) => `rotate-client-secret ${step}`,
    ),
  )
})

test('tells how a rotation function failed, and leaves its version pending', async () => {
  const { client, rotate, over } = await startRotating('setSecret')

  const { VersionId = '' } = await rotate()

  expect(await over).toMatchObject({
    outcome: 'failed',
    step: 'setSecret',
    error: { errorType: 'RangeError', errorMessage: 'setSecret does not work' },
  })
  const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: 'app' }))
  expect(VersionIdsToStages?.[VersionId]).toEqual(['AWSPENDING'])
  await expect(rotate()).rejects.toMatchObject({ name: 'InvalidRequestException' })
})

test('invokes a function once, as Lambda does', async () => {
  const local = await start({ ledgerTable: 'another-ledger' })

  const { payload } = await local.invoke('sweep', { n: 1 })
  const failed = await local.invoke(local.functionArn('sweep'), { fail: 'too far' })

  expect(JSON.parse(payload ?? '')).toEqual({ event: { n: 1 }, ledger: 'another-ledger' })
  expect(failed.error).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far' })
  await expect(local.invoke('sweeper', {})).rejects.toThrow(UnknownFunctionError)
  expect(() => local.functionArn('sweeper')).toThrow(UnknownFunctionError)
})

test('invokes nothing once it stopped', async () => {
  const local = await start()
  await local.stop()

  expect((await local.invoke('sweep', {})).error?.errorType).toBe('Sandbox.Stopped')
})

test('survives an observer of rotations that throws', async () => {
  const told = Promise.withResolvers<unknown>()
  const { rotate } = await startRotating('old', {
    onRotation: () => {
      throw new Error('observer')
    },
    onError: told.resolve,
  })

  await rotate()

  expect(await told.promise).toEqual(new Error('observer'))
})

test('kills a function that takes longer than it may', async () => {
  const never = new URL('../lambda/fixtures/handlers.ts', import.meta.url).href
  const hangs = `data:text/javascript,export { printsProcessIdAndHangs as handler } from '${never}'`
  const local = await start({
    directFunctions: [{ stem: 'sweep', module: hangs, timeoutSeconds: 60, memorySizeMb: 128 }],
    overrides: { timeoutSeconds: 1 },
  })

  expect((await local.invoke('sweep', {})).error?.errorType).toBe('Sandbox.Timedout')
})

test('fires a schedule when it is told to', async () => {
  const fired: Fired[] = []
  const local = await start({ onFired: (one) => fired.push(one) })

  const invocation = await local.fireNow('sweep')

  expect(JSON.parse(invocation.payload ?? '')).toMatchObject({
    event: { source: 'aws.scheduler', 'detail-type': 'Scheduled Event' },
  })
  expect(fired).toEqual([{ functionName: 'sweep', invocation }])
  await expect(local.fireNow('rotate-client-secret')).rejects.toThrow(
    'There is no rotate-client-secret here, only: seal, sweep.',
  )
})

test.each([
  [[{ stem: 'sweeper', expression: 'rate(1 day)' }], UnknownFunctionError],
  [[{ stem: 'sweep', expression: 'daily' }], ScheduleExpressionError],
])('does not start with the schedules %j', async (schedules, error) => {
  await expect(startLocal({ functions: [], directFunctions, schedules })).rejects.toThrow(error)
})
