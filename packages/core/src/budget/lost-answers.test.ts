import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LedgerConflictError } from '../errors.ts'
import type { Lane } from '../lane.ts'
import type { Ledger } from '../ports/index.ts'
import { manualClock, memoryLedger } from '../testing/index.ts'
import type { BucketState } from './bucket-state.ts'
import { rateBudget } from './rate-budget.ts'
import { tiers } from './rate-limits.ts'

const limit = tiers.production['admin-low']
const limits = { 'admin-low': limit }

/**
 * A worker's ledger that loses answers of writes: those are sent again, after `others` have written, and a
 * row that is not the last one it wrote itself is another's.
 */
function losing(
  kept: Ledger<BucketState>,
  lost: { isNext: boolean },
  others: () => Promise<void>,
): Ledger<BucketState> {
  return {
    read: (key) => kept.read(key),
    async write(key, ...row) {
      const version = await kept.write(key, ...row)
      if (!lost.isNext) return version
      lost.isNext = false
      await others()
      if ((await kept.read(key))?.version === version) return version
      throw new LedgerConflictError('row was taken over')
    },
  }
}

test('no window of a second or a minute exceeds the limit where what gave slots back was done and its answer lost', async () => {
  const others = fc.record({
    lane: fc.constantFrom<Lane>('incident', 'deletion'),
    cost: fc.integer({ min: 1, max: 6 }),
    isBefore: fc.boolean(),
  })
  const round = fc.record({
    afterMs: fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 9000 })),
    cost: fc.integer({ min: 1, max: 6 }),
    how: fc.constantFrom<'back' | 'plan' | 'instead'>('back', 'plan', 'instead'),
    planned: fc.integer({ min: 1, max: 6 }),
    others: fc.array(others, { maxLength: 3 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(round, { maxLength: 30 }), async (rounds) => {
      const clock = manualClock('2026-01-02T03:04:05Z')
      const kept = memoryLedger<BucketState>(clock)
      const lost = { isNext: false }
      const begun: number[] = []
      const meanwhile: { do: () => Promise<void> } = { do: async () => undefined }
      const terms = { clock, project: 'p', limits }
      const other = rateBudget({ ...terms, ledger: kept })
      const own = rateBudget({ ...terms, ledger: losing(kept, lost, () => meanwhile.do()) })
      const asked = (lane: Lane, cost: number) =>
        ({ bucket: 'admin-low', lane, cost, standing: 'begun', patienceMs: 1300 }) as const
      const call = async ({ lane, cost }: { lane: Lane; cost: number }) => {
        const told = await other.book(asked(lane, cost))
        if ('slots' in told) begun.push(...told.slots)
      }
      for (const { afterMs, cost, how, planned, others } of rounds) {
        clock.advance(afterMs)
        for (const one of others.filter(({ isBefore }) => isBefore)) await call(one)
        const told = await own.book(asked('deletion', cost))
        if (!('slots' in told)) continue
        meanwhile.do = async () => {
          for (const one of others.filter(({ isBefore }) => !isBefore)) await call(one)
        }
        const unused = { slots: told.slots, later: 0, together: 2, begun: false }
        lost.isNext = true
        if (how === 'back') await own.giveBack('admin-low', 'deletion', unused)
        if (how === 'plan') {
          const next = await own.book({ ...asked('deletion', planned), ahead: unused })
          if ('slots' in next) begun.push(...next.slots)
        }
        if (how === 'instead') {
          begun.push(...told.slots.slice(1))
          const [instead = 0] = told.slots
          clock.advance(Math.max(0, instead + 251 - clock.now()))
          const next = await own.book({ ...asked('deletion', 1), instead })
          if ('slots' in next) begun.push(...next.slots)
        }
        lost.isNext = false
      }
      const most = (ms: number) =>
        Math.max(0, ...begun.map((t) => begun.filter((u) => u >= t && u < t + ms).length))
      expect(most(1000)).toBeLessThanOrEqual(limit.perSecond)
      expect(most(60_000)).toBeLessThanOrEqual(limit.perMinute)
    }),
    { numRuns: 300 },
  )
})
