import type { ReceiptIndex } from '@lapse/core/ports'
import type { SomeReceipt } from '@lapse/core/receipts'
import { expect, test } from 'vitest'
import { placeNamed } from '../place.ts'
import { eventsNamed, ownFirst, type ReceiptsOfEvent } from './events-named.ts'

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

interface Kept {
  readonly workflow: string
  readonly key: string
  readonly pass: string
  readonly source?: string
  /** The key of the event that a closed dead letter carries. */
  readonly carries?: string
}

/** An index that has these, a minute after one another, under the event's id. */
function indexOf(kept: readonly Kept[]): ReceiptIndex {
  const all = kept.map(({ workflow, key, pass, source = 'hr', carries }, n) => {
    const closed_at = `2026-01-02T03:0${n}:00.000Z`
    const letter = { queue: 'q', message_id: 'm', reason: 'r', event_key: carries }
    return {
      entry: {
        id: `${closed_at}#${workflow}#${key}#${pass}`,
        at: Date.parse(closed_at),
        about: [],
      },
      receipt: {
        workflow,
        pass,
        event: { id: 'event-1', key, source },
        result: carries === undefined ? 'done' : 'moot',
        ...(carries !== undefined && { letter }),
        closed_at,
      },
    }
  })
  return {
    async *list() {},
    async *find(about) {
      if (about === 'event:event-1') yield* all.map(({ entry }) => entry)
    },
    read: async (ids) =>
      ids.map((id) => {
        const found = all.find(({ entry }) => entry.id === id)
        return found && JSON.stringify(found.receipt)
      }),
  }
}

const place = placeNamed({})
const passesOf = (events: readonly ReceiptsOfEvent[]) =>
  events.map((event) => event.map(({ receipt }) => `${receipt.event.key} ${receipt.pass}`))

test('shows a closed dead letter with the event that it carries, and by itself where there is none', async () => {
  const closed = { workflow: 'dead-letter', pass: 'close' }
  const index = indexOf([
    { workflow: 'user-deleted', key: 'mine', pass: 'first' },
    { ...closed, key: 'mine#m', carries: 'mine' },
    { workflow: 'user-deleted', key: 'other', pass: 'first', source: 'another' },
    { ...closed, key: 'lost#m', carries: 'lost' },
    { workflow: 'user-deleted', key: 'mine', pass: 'follow-up' },
  ])
  const mine = ['mine first', 'mine#m close', 'mine follow-up']

  expect(passesOf(await eventsNamed('event-1', index, place))).toEqual([
    mine,
    ['other first'],
    ['lost#m close'],
  ])
  for (const id of [
    '2026-01-02T03:01:00.000Z#dead-letter#mine#m#close',
    '2026-01-02T03:04:00.000Z#user-deleted#mine#follow-up',
  ])
    expect(passesOf(await eventsNamed(id, index, place))).toEqual([mine])
})
