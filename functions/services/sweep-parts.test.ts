import type { RotationServices } from '@lapse/core/rotation'
import {
  manualClock,
  memoryFollowUps,
  recordingLog,
  recordingMetrics,
  unprotected,
} from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { partsOfSweep, type SweepServices } from './sweep-parts.ts'

test('tells secrets that could not be looked at apart from those that are not as they should be', async () => {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const describe = async (secretId: string) => {
    if (secretId === 'throttled') throw Object.assign(new Error(), { name: 'ThrottlingException' })
    return undefined
  }
  const entries = ['throttled', 'missing'].map((secretId) => ({ secretId, overlap: 'PT1H' }))
  const rotation = { secrets: { describe }, clock, settings: { entries } }
  const services = {
    followUps: memoryFollowUps(),
    clock,
    log: recordingLog(),
    metrics: recordingMetrics(),
  }
  const { inspections } = partsOfSweep({
    services: services as unknown as SweepServices['services'],
    rotation: rotation as unknown as RotationServices,
    keys: unprotected as never,
  })
  const inspection = inspections.find(({ metric }) => metric === 'SecretsOverdue')
  const look = await inspection?.look({ deadline: clock.now() + 60_000 }, () => expect.fail())

  expect(look).toEqual({
    findings: [{ secretId: 'missing', reason: 'missing', absence: 'gone', since: undefined }],
    problems: [
      {
        secretId: 'throttled',
        reason: 'unreadable',
        since: undefined,
        problem: 'ThrottlingException',
      },
    ],
    unseen: 1,
    code: 'ThrottlingException',
  })
})
