import type { SomeReceipt } from '@lapse/core/receipts'
import { expect, test } from 'vitest'
import { ownFirst, type ReceiptsOfEvent } from './events-named.ts'

const ofEvent = (
  id: string,
  result: SomeReceipt['result'],
  event: { readonly parent?: string } = {},
): ReceiptsOfEvent => [{ id, receipt: { result, event } as SomeReceipt }]

test('shows what was done for an event before its closed dead letters', () => {
  const closed = ofEvent('close', 'moot')
  const done = ofEvent('first', 'done')
  const superseded = ofEvent('other', 'superseded')

  const ofSubject = ofEvent('subject', 'done', { parent: 'first' })

  expect(ownFirst([closed, ofSubject, superseded, done])).toEqual([
    superseded,
    done,
    ofSubject,
    closed,
  ])
})
