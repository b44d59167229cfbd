import { manualClock, memoryFollowUps, recordingLog, recordingMetrics } from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { scheduledSweep } from './scheduled-sweep.ts'

test('answers with less than Lambda can carry, however much was found', async () => {
  const many = Array.from({ length: 80_000 }, (_, n) => ({ event: `${n}`.padStart(64, '0') }))
  const clock = manualClock('2026-01-02T03:04:05Z')
  const followUps = memoryFollowUps()
  for (const { event } of many.slice(0, 1000))
    await followUps.schedule({ id: event, kind: 'unknown', dueAt: 0, data: {} })
  const handler = scheduledSweep(async () => ({
    followUps,
    executes: {},
    inspections: [
      { name: 'all', metric: 'FollowUpPassesLate', look: async () => many },
      {
        name: 'some',
        metric: 'UnfrozenClients',
        look: async () => ({ findings: many, problems: [], unseen: 7, code: 'ERR_DEADLINE' }),
      },
    ],
    clock,
    log: recordingLog(),
    metrics: recordingMetrics(),
  }))
  const report = await handler({}, { getRemainingTimeInMillis: () => 300_000 })

  expect(JSON.stringify(report).length).toBeLessThan(100_000)
  expect(report.findings['all']).toEqual(many.slice(0, 100))
  expect(report.partly?.['some']).toMatchObject({ findings: many.slice(0, 100), unseen: 7 })
  expect(report.failed).toHaveLength(100)
})
