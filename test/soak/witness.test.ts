import type { SettledBatch } from '@lapse/local'
import { expect, test } from 'vitest'
import { createWitness } from './witness.ts'

/** A batch of one message, received for the time that is given. */
const batch = (messageId: string, receives: number, stays: boolean) =>
  ({
    records: [{ messageId, attributes: { ApproximateReceiveCount: String(receives) } }],
    failed: new Set(stays ? [messageId] : []),
    invocation: { payload: '{}' },
  }) as unknown as SettledBatch

test('notices messages that stay on their queue without a line about them', () => {
  const witness = createWitness()
  witness.saw(batch('told', 1, true))
  witness.saw(batch('silent', 1, true))
  witness.saw(batch('done', 1, false))
  witness.heard(JSON.stringify({ message: 'not done', message_id: 'told' }))
  witness.heard('no JSON')

  expect(witness.silences()).toEqual({ leftWithoutALine: 1, receivedByNobody: 0 })
})

test('notices receives that no invocation had', () => {
  const witness = createWitness()
  witness.saw(batch('seen twice', 1, true))
  witness.saw(batch('seen twice', 2, false))
  witness.saw(batch('lost once', 2, false))

  expect(witness.silences().receivedByNobody).toBe(1)
})

test('tells the heap of the function that was asked most often, and of no other', () => {
  const witness = createWitness()
  const says = (pid: number, megabytes: number) =>
    witness.heard(JSON.stringify({ pid, liveHeap: megabytes * 2 ** 20 }))
  says(1, 30)
  says(2, 20)
  says(3, 99)
  says(2, 21)

  expect(witness.heapMb()).toEqual([20, 21])
})
