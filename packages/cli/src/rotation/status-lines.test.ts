import { expect, test } from 'vitest'
import { unwrapped } from '../output/layout.ts'
import { statusLines, type ToldSecret } from './status-lines.ts'

const now = Date.parse('2026-01-02T03:04:05Z')
const secret: ToldSecret = {
  secretId: 'app/notes',
  verdict: 'well',
  arn: 'arn:x',
  absence: undefined,
  versionId: 'v-2',
  rotationEnabled: true,
  stages: { 'v-1': ['AWSPREVIOUS'], 'v-2': ['AWSCURRENT', 'AWSPENDING'], 'v-0': [] },
  ageMs: 90_000,
  changedAt: now - 90_000,
  nextRotationAt: now + 86_400_000,
  pending: undefined,
  overlapMs: 3_600_000,
  strategy: 'native',
  phase: 'overlap',
  startedAt: now - 90_000,
  overlap: { versionId: 'v-2', retireAt: now + 1000 },
}

test('tells a secret in the middle of its overlap', () => {
  expect(unwrapped(statusLines([secret], now))).toEqual([
    'app/notes',
    '  verdict      well',
    '  AWSPREVIOUS  v-1',
    '  AWSCURRENT   v-2',
    '  AWSPENDING   v-2',
    '  age          1 min 30 s',
    '  strategy     native, overlap',
    '  rotation     old and new overlap for 1 h',
    '  due          by 2026-01-03 03:04:05Z',
    '  overlap      what is not at AWSCURRENT may work until 2026-01-02 03:04:06Z',
  ])
})

test.each<[Partial<ToldSecret>, RegExp]>([
  [{ overlap: { versionId: 'v-2', retireAt: now - 1 } }, /the sweep is to retire it$/m],
  [
    { verdict: 'overwritten', problem: 'it is refused', next: 'lapse rotate app/notes --repair' },
    /verdict +overwritten: it is refused\n +next +lapse rotate app\/notes --repair\n/,
  ],
  [{ ageMs: undefined }, /age +unknown/],
  [{ strategy: undefined }, /strategy +not decided yet/],
  [{ rotationEnabled: false }, /rotation +not enabled;/],
  [{ arn: undefined, verdict: 'missing' }, /^app\/notes\n {2}verdict {2}missing$/],
])('tells %o', (change, told) => {
  expect(unwrapped(statusLines([{ ...secret, ...change }], now)).join('\n')).toMatch(told)
})

test('says where nothing is configured', () => {
  expect(unwrapped(statusLines([], now)).join()).toContain('No secret is configured')
})
