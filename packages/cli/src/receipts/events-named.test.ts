import type { SomeReceipt } from '@lapse/core/receipts'
import { expect, test } from 'vitest'
import { ownFirst, type ReceiptsOfEvent } from './events-named.ts'

const ofEvent = (id: string, result: SomeReceipt['result']): ReceiptsOfEvent => [
  { id, receipt: { result } as SomeReceipt },
]

test('shows what was done for an event before its closed dead letters', () => {
  const closed = ofEvent('close', 'moot')
  const done = ofEvent('first', 'done')
  const superseded = ofEvent('other', 'superseded')

  expect(ownFirst([closed, superseded, done])).toEqual([superseded, done, closed])
})
