import { expect, test } from 'vitest'
import { DeadlineError, RotationError } from '../errors.ts'
import { failures } from './failures.ts'

test('notes what failed by its code, a refusal with its reason as well', () => {
  const failed = failures()
  failed.note('retire-secret x', new RotationError('current-refused', 's3cret'))
  failed.note('another', new DeadlineError('s3cret'))
  failed.note('a third', 'ERR_SOME')

  expect(failed.noted).toEqual([
    { what: 'retire-secret x', code: 'ERR_ROTATION', reason: 'current-refused' },
    { what: 'another', code: 'ERR_DEADLINE' },
    { what: 'a third', code: 'ERR_SOME' },
  ])
})
