import type { Fired, SettledRotation } from '@lapse/local'
import { expect, test } from 'vitest'
import { unwrapped } from '../output/layout.ts'
import { firedLines, rotationLines } from './invocation-lines.ts'

const error = { errorType: 'Error', errorMessage: 'it\nbroke' }
const fired = (invocation: object) =>
  ({ functionName: 'sweep', invocation: { requestId: 'r-1', ...invocation } }) as unknown as Fired

test('tells of a scheduled invocation only where it failed', () => {
  expect(unwrapped(firedLines(fired({ payload: {} })))).toEqual([])
  expect(unwrapped(firedLines(fired({ error })))).toEqual(['sweep  failed: Error it broke'])
})

const about = { secretArn: 'arn:x', secretName: 'app/notes', versionId: 'v-2' }

test.each<[SettledRotation, string]>([
  [{ ...about, outcome: 'succeeded' }, 'rotated to v-2'],
  [{ ...about, outcome: 'canceled' }, 'canceled'],
  [{ ...about, outcome: 'refused' }, 'refused'],
  [
    { ...about, outcome: 'failed', step: 'testSecret', error },
    'testSecret failed: Error it broke; npx lapse rotate starts anew',
  ],
])('tells how a rotation ended: %o', (rotation, told) => {
  expect(unwrapped(rotationLines(rotation, 'npx lapse'))).toEqual([
    `rotate-client-secret  app/notes  ${told}`,
  ])
})
