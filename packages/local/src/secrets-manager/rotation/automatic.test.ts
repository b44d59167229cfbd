import { RestoreSecretCommand } from '@aws-sdk/client-secrets-manager'
import { expect, onTestFinished, test } from 'vitest'
import { DAY_MS, token } from '../fixtures/calls.ts'
import { startWith } from '../fixtures/rotating.ts'

const start = async (SecretId: string, ScheduleExpression: string) => {
  const sm = await startWith(SecretId, onTestFinished)
  const over = sm.settled()
  await sm.rotate(SecretId, 'v2', { RotationRules: { ScheduleExpression } })
  await over
  return sm
}

test('rotates when the time has come, and again', async () => {
  const sm = await start('monthly', 'cron(0 16 L * ? *)')

  for (const at of ['2030-01-31T16:00:00Z', '2030-02-28T16:00:00Z']) {
    expect((await sm.describe('monthly')).NextRotationDate).toEqual(new Date(at))
    const eventsBefore = sm.events.length
    sm.time.advance(Date.parse(at) - sm.time.now() - 1)
    expect(sm.events).toHaveLength(eventsBefore)

    const over = sm.settled()
    sm.time.advance(1)
    const { outcome, versionId } = await over

    expect(outcome).toBe('succeeded')
    expect(await sm.get('monthly')).toMatchObject({ VersionId: versionId })
    expect((await sm.describe('monthly')).LastRotatedDate).toEqual(new Date(at))
  }
})

test('counts from the last rotation, whoever began it', async () => {
  const sm = await start('counted', 'rate(10 days)')
  sm.time.advance(4 * DAY_MS)

  const over = sm.settled()
  await sm.rotate('counted', 'v3')
  await over

  const { NextRotationDate } = await sm.describe('counted')
  expect(NextRotationDate).toEqual(new Date(sm.time.now() + 10 * DAY_MS))
  expect(sm.time.alarms()).toBe(1)
})

test('refuses while an earlier rotation is pending, and tries at the next time', async () => {
  const sm = await start('stuck', 'rate(1 day)')
  sm.steps.setSecret = async () => {
    throw new Error('no good')
  }
  const failed = sm.settled()
  sm.time.advance(DAY_MS)
  const { versionId } = await failed

  for (const _day of [1, 2]) {
    const refused = sm.settled()
    sm.time.advance(DAY_MS)
    expect(await refused).toMatchObject({ outcome: 'refused', secretName: 'stuck', versionId })
  }

  expect((await sm.describe('stuck')).NextRotationDate).toEqual(new Date(sm.time.now() + DAY_MS))
  expect((await sm.get('stuck')).VersionId).toBe(token('v2'))
})

test('rotates nothing that is marked for deletion, until it is restored', async () => {
  const sm = await start('leaving', 'rate(1 day)')
  await sm.remove('leaving')
  expect(sm.time.alarms()).toBe(0)
  sm.time.advance(3 * DAY_MS)
  expect(sm.events).toHaveLength(4)

  const over = sm.settled()
  await sm.client.send(new RestoreSecretCommand({ SecretId: 'leaving' }))
  sm.time.advance(0)

  expect(await over).toMatchObject({ outcome: 'succeeded' })
})

test('waits for the earliest of several secrets, and for nothing once it stopped', async () => {
  const sm = await start('slow', 'rate(10 days)')
  await sm.create('fast')
  const first = sm.settled()
  await sm.rotate('fast', 'v2', { RotationRules: { ScheduleExpression: 'rate(1 day)' } })
  await first

  const over = sm.settled()
  sm.time.advance(DAY_MS)

  expect(await over).toMatchObject({ outcome: 'succeeded', secretName: 'fast' })
  expect(sm.time.alarms()).toBe(1)
  await sm.server.stop()
  expect(sm.time.alarms()).toBe(0)
})
