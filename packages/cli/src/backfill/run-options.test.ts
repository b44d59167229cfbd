import { expect, test } from 'vitest'
import { CommandError, UsageError } from '../errors.ts'
import { checkApproval, checkOptions } from './run-options.ts'

const options = { from: 'users.csv', column: 'sub', lane: 'hygiene' } as const

test.each([
  ['--shadow', { shadow: true }],
  ['--yes', { yes: true }],
  ['--approve', { approve: 'x' }],
])('%s needs no terminal', (_name, given) => {
  expect(() => checkOptions({ ...options, ...given }, false)).not.toThrow()
})

test('without any of them somebody has to be there', () => {
  expect(() => checkOptions(options, true)).not.toThrow()
  expect(() => checkOptions(options, false)).toThrow(UsageError)
})

test('two of them contradict each other', () => {
  expect(() => checkOptions({ ...options, yes: true, approve: 'x' }, true)).toThrow(UsageError)
  expect(() => checkOptions({ ...options, shadow: true, yes: true }, true)).toThrow(UsageError)
})

test('only what was approved of is done', () => {
  expect(() => checkApproval({ ...options, approve: 'abc' }, 'abc')).not.toThrow()
  expect(() => checkApproval(options, 'abc')).not.toThrow()
  expect(() => checkApproval({ ...options, approve: 'abd' }, 'abc')).toThrow(CommandError)
  expect(() => checkApproval({ ...options, approve: '' }, 'abc')).toThrow(CommandError)
})
