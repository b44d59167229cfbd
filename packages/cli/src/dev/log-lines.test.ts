import { expect, test } from 'vitest'
import { unwrapped } from '../output/layout.ts'
import { exampleReceipt } from '../testing/example-receipt.ts'
import { logLines } from './log-lines.ts'

const logged = (fields: object) =>
  unwrapped(
    logLines(
      'user-deleted',
      JSON.stringify({
        level: 'WARN',
        message: 'not done',
        timestamp: '2026-01-02T03:04:05.678Z',
        service: 'lapse',
        sampling_rate: 0,
        ...fields,
      }),
    ),
  )

test('tells a log line with its fields', () => {
  expect(logged({ message_id: 'm-1', next: 'retry', delaySeconds: 5 })).toEqual([
    '03:04:05  user-deleted  not done  message_id=m-1 next=retry delaySeconds=5',
  ])
})

test('tells a receipt as a receipt', () => {
  const [head, title, ...others] = logged({ message: 'done', receipt: exampleReceipt })

  expect(head).toBe('03:04:05  user-deleted  done')
  expect(title).toMatch(/^ {2}user-deleted, first pass/)
  expect(others.join('\n')).toContain('listed consents: 3 before, 0 after')
})

test('leaves metrics out', () => {
  expect(logged({ _aws: { Timestamp: 0 }, UsersProcessed: 1 })).toEqual([])
})

test('shows what is not a log line as it is, without escape sequences', () => {
  expect(unwrapped(logLines('user-deleted', 'Error: \u001b[31mboom'))).toEqual([
    'user-deleted  Error: [31mboom',
  ])
  expect(unwrapped(logLines('user-deleted', '42'))).toEqual(['user-deleted  42'])
})
