import type { MootReceipt } from '@lapse/core/delivery'
import { manualClock } from '@lapse/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { close } from './close.ts'
import { type Described, describe } from './described.ts'
import type { Dlq, Letter } from './dlq.ts'
import type { LetterPlan } from './plan-letter.ts'
import type { NamedDlq } from './queues.ts'

const named: NamedDlq = { name: 'user-deleted', stem: 'user-deleted', url: 'http://q', config: {} }
const letterOf = (messageId: string): Letter => ({
  messageId,
  receiptHandle: messageId,
  sentAt: 0,
  body: '{}',
  attributes: {},
  texts: { 'lapse-reason': 'deferred-too-long: X' },
})
const moot: LetterPlan = {
  outcome: 'moot',
  why: 'the ledger has its receipt',
  proof: {
    event: { key: 'k', type: 'user.deleted', id: 'e', source: 's', time: '' },
    about: { subject: 'pseudonym' },
    because: {
      receipt: { workflow: 'user-deleted', pass: 'first', result: 'done', closed_at: '' },
    },
    mayStillWork: [],
  },
}
const same: LetterPlan = { outcome: 'same', why: 'the worker would do what it was to do' }

/** A DLQ with moot and other letters, the receipts that are kept, and processes that may die. */
function world(plans: Readonly<Record<string, LetterPlan>>) {
  const letters = new Map(Object.keys(plans).map((id) => [id, letterOf(id)]))
  const receipts = new Map<string, MootReceipt>()
  const planned = new Map<string, readonly [Described, LetterPlan]>(
    Object.entries(plans).map(([id, plan]) => [id, [describe(letterOf(id), named, {}), plan]]),
  )
  async function run(deathAt = Number.POSITIVE_INFINITY) {
    let awaits = 0
    const step = async <Answer>(effect: () => Answer): Promise<Answer> => {
      awaits += 1
      if (awaits > deathAt) throw new Error('killed')
      return effect()
    }
    const hidden = new Set<string>()
    const dlq: Dlq = {
      receive: () =>
        step(() => {
          const seen = [...letters.values()].filter(({ messageId }) => !hidden.has(messageId))
          for (const { messageId } of seen) hidden.add(messageId)
          return seen
        }),
      remove: ({ messageId }) => step(() => void letters.delete(messageId)),
      release: () => step(() => undefined),
    }
    const told: string[] = []
    const ended = await close(planned, {
      dlq,
      clock: manualClock('2026-01-02T03:04:05Z'),
      write: (receipt) =>
        step(() => {
          if (!receipts.has(receipt.event.key)) receipts.set(receipt.event.key, receipt)
        }),
      stopped: () => false,
      tell: ({ letter }) => void told.push(letter.messageId),
    }).then(
      () => true,
      () => false,
    )
    return { told, ended }
  }
  return { letters, receipts, run }
}

test('closes what is moot and leaves the rest', async () => {
  const { letters, receipts, run } = world({ a: moot, b: same, c: moot })

  expect(await run()).toEqual({ told: ['a', 'c'], ended: true })
  expect([...letters.keys()]).toEqual(['b'])
  expect([...receipts.keys()]).toEqual(['k#a', 'k#c'])
  expect(receipts.get('k#a')).toMatchObject({
    workflow: 'dead-letter',
    result: 'moot',
    letter: { event_key: 'k', message_id: 'a', queue: 'user-deleted' },
  })
})

test('killed at any await, no letter is gone without its receipt, and the next run ends it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(moot, same), { minLength: 1, maxLength: 5 }),
      fc.nat({ max: 12 }),
      async (plans, deathAt) => {
        const { letters, receipts, run } = world(
          Object.fromEntries(plans.map((plan, index) => [`m-${index}`, plan])),
        )
        await run(deathAt)
        for (const [index, plan] of plans.entries()) {
          const isGone = !letters.has(`m-${index}`)
          expect(isGone && !receipts.has(`k#m-${index}`)).toBe(false)
          expect(isGone && plan === same).toBe(false)
        }
        await run()
        expect(letters.size).toBe(plans.filter((plan) => plan === same).length)
        expect(receipts.size).toBe(plans.filter((plan) => plan === moot).length)
      },
    ),
  )
})
