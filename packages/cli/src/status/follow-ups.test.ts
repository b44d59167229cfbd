import { retireKind } from '@lapse/core/rotation'
import { expectedPass, passGraceMs } from '@lapse/core/run'
import { memoryFollowUps } from '@lapse/core/testing'
import { suspended } from '@lapse/core/workflows'
import { expect, test } from 'vitest'
import { readFollowUps } from './follow-ups.ts'

const now = Date.parse('2026-01-02T03:04:05Z')

test('counts what is open by kind, what is due, and what never falls due', async () => {
  const followUps = memoryFollowUps()
  const schedule = (id: string, kind: string, dueAt: number, about?: string) =>
    followUps.schedule({ id, kind, dueAt, data: {}, ...(about && { about }) })
  const pass = (id: string, notBefore: number, lane: string) =>
    followUps.schedule({
      id,
      kind: expectedPass,
      dueAt: notBefore + passGraceMs,
      data: { lane },
    })
  await schedule('a', expectedPass, now - 1000)
  await schedule('b', expectedPass, now + 60_000)
  await pass('d', now + 1, 'incident')
  await pass('e', now + 1, 'deletion')
  await pass('f', now, 'deletion')
  await schedule('c', suspended, Date.parse('9999-12-31T00:00:00Z'), 'mail')

  expect(await readFollowUps(followUps, now)).toEqual([
    {
      kind: expectedPass,
      open: 5,
      more: false,
      overdue: 1,
      not_due: 2,
      not_due_incidents: 1,
      next_due_at: '2026-01-02T02:04:04.000Z',
    },
    {
      kind: suspended,
      open: 1,
      more: false,
      overdue: 0,
      not_due: 0,
      not_due_incidents: 0,
      next_due_at: null,
    },
  ])
})

test('does not count a hundred thousand one by one', async () => {
  const read = { count: 0 }
  const followUps = {
    ...memoryFollowUps(),
    async *open(kind: string) {
      while (kind === retireKind) {
        read.count += 1
        yield { id: String(read.count), kind, dueAt: now + read.count, data: {} }
      }
    },
  }

  const [told] = await readFollowUps(followUps, now)

  expect(told).toMatchObject({ open: 1000, more: true })
  expect(read.count).toBe(1001)
})
