import { expect, test } from 'vitest'
import { commandActions, readingActions } from './actions.ts'

const place = { directory: '/' }
const acting = commandActions(place)

test('read only, nothing that changes something is offered', () => {
  expect(Object.keys(readingActions(place)).toSorted()).toEqual(['prove', 'verify'])
  expect(Object.keys(acting).toSorted()).toEqual([
    'close',
    'drop',
    'prove',
    'redrive',
    'rotate',
    'verify',
  ])
})

test.each([
  ['rotate', { secret: '--repair', typed: '--repair' }],
  ['rotate', { secret: 'app/notes', typed: 'app/mail' }],
  ['rotate', { secret: 'app/notes', typed: '' }],
  ['redrive', { message: '--again', queue: 'user-deleted' }],
  ['redrive', { message: 'm-1', queue: '' }],
  ['close', { message: '', queue: 'user-deleted' }],
  ['drop', { message: 'm-1', queue: '--queue-url', typed: 'x' }],
  ['prove', { receipt: '--out=/tmp/x' }],
  ['verify', { subject: ' ' }],
] as const)('%s runs nothing with %o', async (name, fields) => {
  const outcome = await acting[name]?.(fields)

  expect(outcome).toMatchObject({ isDone: false })
  expect(outcome?.says).toMatch(
    /^(nothing was done|there is no such|there is no secret|the subject is empty)/,
  )
})
