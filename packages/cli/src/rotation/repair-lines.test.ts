import type { RepairPlan } from '@lapse/core/rotation'
import { expect, test } from 'vitest'
import { unwrapped } from '../output/layout.ts'
import { repairLines } from './repair-lines.ts'

const plan: RepairPlan = {
  secretId: 'app/notes',
  secretArn: 'arn:x',
  clientId: 'notes',
  brokenVersionId: 'v-2',
  by: 'new',
  versionId: undefined,
  strategy: 'native',
  overlapMs: 3_600_000,
}

test('shows what a repair would do', () => {
  expect(unwrapped(repairLines(plan))).toEqual([
    'app/notes',
    '  client      notes',
    '  AWSCURRENT  v-2, which Ory does not accept',
    '  to do       Ory gives the client a new secret beside what it has',
    '              AWSCURRENT goes to it',
    '              whatever else the client accepts works for 1 h, then the sweep ends it',
  ])
})

test.each<[Partial<RepairPlan>, RegExp]>([
  [{ by: 'previous', versionId: 'v-1' }, /to do +AWSCURRENT goes back to v-1, which Ory accepts/],
  [{ strategy: 'key-pair' }, /to do +a new key is added to the client's\n/],
  [{ strategy: 'replace' }, /to do +the client gets a new secret, and what it had ends at once\n/],
  [{ by: 'none' }, /repaired already\n +to do +write down that it is done$/],
])('shows %o', (change, told) => {
  expect(unwrapped(repairLines({ ...plan, ...change })).join('\n')).toMatch(told)
})
