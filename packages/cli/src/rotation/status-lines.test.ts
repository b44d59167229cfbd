import type { SecretStatus } from '@lapse/core/rotation'
import { expect, test } from 'vitest'
import { statusLines } from './status-lines.ts'

const now = Date.parse('2026-01-02T03:04:05Z')
const secret: SecretStatus = {
  secretId: 'app/notes',
  arn: 'arn:x',
  rotationEnabled: true,
  stages: { 'v-1': ['AWSPREVIOUS'], 'v-2': ['AWSCURRENT', 'AWSPENDING'], 'v-0': [] },
  ageMs: 90_000,
  nextRotationAt: now + 86_400_000,
  pending: undefined,
  overlapMs: 3_600_000,
  strategy: 'native',
  phase: 'overlap',
  startedAt: now - 90_000,
  overlap: { versionId: 'v-2', retireAt: now + 1000 },
}

test('tells a secret in the middle of its overlap', () => {
  expect(statusLines([secret], now)).toEqual([
    'app/notes',
    '  AWSPREVIOUS            v-1',
    '  AWSCURRENT AWSPENDING  v-2',
    '  age                    1 min 30 s',
    '  strategy               native, overlap',
    '  rotation               old and new overlap for 1 h',
    '  next                   by 2026-01-03 03:04:05Z',
    '  overlap                the old credential works until 2026-01-02 03:04:06Z',
  ])
})

test.each<[Partial<SecretStatus>, RegExp]>([
  [{ overlap: { versionId: 'v-2', retireAt: now - 1 } }, /the sweep is to retire it$/m],
  [{ pending: 'v-3' }, /pending +a rotation runs, or one has failed/],
  [{ ageMs: undefined }, /age +unknown/],
  [{ strategy: undefined }, /strategy +not decided yet/],
  [{ rotationEnabled: false }, /rotation +not enabled;/],
  [{ arn: undefined }, /^app\/notes\n {2}there is no such secret$/],
])('tells %o', (change, told) => {
  expect(statusLines([{ ...secret, ...change }], now).join('\n')).toMatch(told)
})

test('says where nothing is configured', () => {
  expect(statusLines([], now).join()).toContain('No secret is configured')
})
