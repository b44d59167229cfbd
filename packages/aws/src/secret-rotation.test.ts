import type { RotationServices } from '@lapse/core/rotation'
import { manualClock, recordingLog, recordingMetrics } from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { secretRotation } from './secret-rotation.ts'

const event = { Step: 'no such step', SecretId: 'arn', ClientRequestToken: 'token' }

test('fails the invocation for a step that is refused, says why, and flushes the metrics', async () => {
  const log = recordingLog()
  const metrics = recordingMetrics()
  const flushed: object[] = []
  const services = {
    clock: manualClock('2026-01-02T03:04:05Z'),
    log,
    metrics: { ...metrics, flush: () => void flushed.push({ ...metrics.counts }) },
  }
  const handler = secretRotation(async () => services as unknown as RotationServices)

  await expect(handler(event, { getRemainingTimeInMillis: () => 60_000 })).rejects.toMatchObject({
    code: 'ERR_ROTATION',
    reason: 'malformed-event',
  })
  expect(flushed).toEqual([{ RotationFailures: 1 }])
  expect(log.lines).toMatchObject([
    { level: 'error', fields: { step: 'no such step', reason: 'malformed-event' } },
  ])
})

test('gives the lease back before Lambda ends the invocation, and calls too', async () => {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const asked: { until?: number; signal?: AbortSignal } = {}
  const current = JSON.stringify({ client_id: 'c', client_secret: 's' })
  const secret = { arn: 'arn', name: 'n', tags: {}, rotationEnabled: true, deletedAt: undefined }
  const services = {
    clock,
    log: recordingLog(),
    metrics: recordingMetrics(),
    settings: {
      entries: [{ secretId: 'n', overlap: '1h' }],
      protectedClientIds: [],
      tokenEndpoint: '',
    },
    secrets: {
      describe: async () => ({ ...secret, versions: { v: ['AWSCURRENT'], token: ['AWSPENDING'] } }),
      value: async () => current,
    },
    ledger: { read: async () => undefined },
    leases: {
      read: async () => undefined,
      write: async (_key: unknown, row: { until: number }) => {
        asked.until ??= row.until
        return 1
      },
    },
    ory: {
      getOAuth2Client: async (_id: unknown, { signal }: { signal: AbortSignal }) => {
        asked.signal = signal
        throw new Error('enough')
      },
    },
  }
  const handler = secretRotation(async () => services as unknown as RotationServices)
  const create = { ...event, Step: 'createSecret' }

  await expect(handler(create, { getRemainingTimeInMillis: () => 30_000 })).rejects.toThrow(
    'enough',
  )
  expect(asked.until).toBe(clock.now() + 27_000 + 3000)
  expect(asked.signal).toBeInstanceOf(AbortSignal)
})
