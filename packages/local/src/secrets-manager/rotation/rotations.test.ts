import { once } from 'node:events'
import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { expect, onTestFinished, test } from 'vitest'
import { startCalls, token } from '../fixtures/calls.ts'
import { ROTATION_ARN, startWith } from '../fixtures/rotating.ts'

test('cancels: the step that runs ends, no other begins, and the schedule is off', async () => {
  const sm = await startWith('canceled', onTestFinished)
  const begun = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  sm.steps.setSecret = async () => {
    begun.resolve()
    await gate.promise
  }
  const over = sm.settled()
  await sm.rotate('canceled', 'v2', { RotationRules: { AutomaticallyAfterDays: 1 } })
  await begun.promise

  sm.time.advance(1_000)
  const answer = await sm.cancel('canceled')
  gate.resolve()

  expect(answer).toMatchObject({ Name: 'canceled', VersionId: token('v2') })
  expect(await over).toMatchObject({ outcome: 'canceled' })
  expect(sm.events.map(({ Step }) => Step)).toEqual(['createSecret', 'setSecret'])
  const described = await sm.describe('canceled')
  expect(described).toMatchObject({
    RotationEnabled: false,
    RotationLambdaARN: ROTATION_ARN,
    LastChangedDate: new Date(sm.time.now()),
  })
  expect(described.NextRotationDate).toBeUndefined()
  expect(described.VersionIdsToStages?.[token('v2')]).toEqual(['AWSPENDING'])
  expect(sm.time.alarms()).toBe(0)
  expect((await sm.cancel('canceled')).VersionId).toBeUndefined()
})

test('a rotation that ends well after it was canceled turns no schedule on', async () => {
  const sm = await startWith('late', onTestFinished)
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

test('cancels the rotation of one secret, and of no other', async () => {
  const sm = await startWith('kept', onTestFinished)
  const gate = Promise.withResolvers<void>()
  sm.steps.testSecret = () => gate.promise
  await sm.create('canceled')
  await sm.rotate('kept', 'v2')
  await sm.rotate('canceled', 'v3')

  expect((await sm.cancel('canceled')).VersionId).toBe(token('v3'))
  gate.resolve()

  const outcomes = [await sm.settled(), await sm.settled()].map(({ secretName, outcome }) => ({
    [secretName]: outcome,
  }))
  expect(Object.assign({}, ...outcomes)).toEqual({ kept: 'succeeded', canceled: 'canceled' })
})

test('cancels only where rotation was configured', async () => {
  const sm = await startWith('plain', onTestFinished)

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
  const sm = await startWith('killed', onTestFinished)
  const begun = Promise.withResolvers<void>()
  sm.steps.createSecret = async (_event, signal) => {
    begun.resolve()
    await once(signal, 'abort')
    throw new Error('killed')
  }
  const ends: unknown[] = []
  void sm.settled().then((rotation) => ends.push(rotation))
  await sm.rotate('killed', 'v2')
  await begun.promise

  await sm.server.stop()

  expect(ends).toMatchObject([{ outcome: 'failed', step: 'createSecret' }])
  expect(sm.events).toHaveLength(1)
})

test('begins no other step once it stops, even if the one that ran ends well', async () => {
  const sm = await startWith('stopped', onTestFinished)
  const begun = Promise.withResolvers<void>()
  sm.steps.createSecret = async (_event, signal) => {
    begun.resolve()
    await once(signal, 'abort')
  }
  const over = sm.settled()
  await sm.rotate('stopped', 'v2')
  await begun.promise

  await sm.server.stop()

  expect(await over).toMatchObject({ outcome: 'canceled' })
  expect(sm.events).toHaveLength(1)
})
