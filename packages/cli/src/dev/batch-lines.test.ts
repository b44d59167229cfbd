import type { SettledBatch } from '@lapse/local'
import { expect, test } from 'vitest'
import { unwrapped } from '../output/layout.ts'
import { batchLines } from './batch-lines.ts'

test('says what became of a batch, and how many of its messages come again', () => {
  const batch = {
    functionName: 'user-deleted',
    outcome: 'function-error',
    failed: new Set(['m-1', 'm-2']),
    records: [{}, {}, {}],
    invocation: { error: { errorType: 'Sandbox.Timedout', errorMessage: 'too\nlong' } },
  } as unknown as SettledBatch

  expect(unwrapped(batchLines(batch))).toEqual([
    'user-deleted  function-error: Sandbox.Timedout too long; 2 of 3 messages stay on the queue',
  ])
})
