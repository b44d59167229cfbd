import { expect, test } from 'vitest'
import { RateBudgetError } from '../errors.ts'
import { manualClock, memoryLedger } from '../testing/index.ts'
import type { BucketState } from './bucket-state.ts'
import { pacing } from './pacing.ts'
import { rateBudget } from './rate-budget.ts'
import { tiers } from './rate-limits.ts'

const limits = { 'admin-low': tiers.production['admin-low'] }
const plan = new Map([['admin-low', 2]] as const)

/** The slots of a plan of two calls where every write of the ledger takes so long. */
async function planned(tookMs: number) {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const kept = memoryLedger<BucketState>()
  const writes = { count: 0 }
  const ledger: typeof kept = {
    ...kept,
    async write(...given) {
      writes.count += 1
      if (writes.count > 20) throw new Error('it books for ever')
      const version = await kept.write(...given)
      clock.advance(tookMs)
      return version
    },
  }
  const circuit = {
    pass: async () => undefined,
    failed: async () => undefined,
    answered: () => undefined,
  }
  const budget = rateBudget({ ledger, clock, project: 'ory.test', limits })
  const terms = { lane: 'deletion', event: 'e', patienceMs: 300, lookPatienceMs: 3000 } as const
  const pace = pacing({ budget, circuit, clock }).paceOf(terms)
  await pace.plan(plan, plan)
  const next = () => {
    const deadline = clock.now() + 75_000
    const operation = 'revokeOAuth2LoginSessions'
    return pace.next({ operation, port: 'admin', bucket: 'admin-low', deadline })
  }
  return { next, writes, clock }
}

test.each([100, 260, 400, 900, 2500])(
  'finds slots that it can use where every write of the ledger takes %d ms',
  async (tookMs) => {
    const { next, writes, clock } = await planned(tookMs)
    for (const _call of ['first', 'second']) {
      const slot = await next()
      expect(slot?.until).toBeGreaterThanOrEqual(clock.now())
    }
    expect(writes.count).toBeLessThanOrEqual(6)
  },
)

test('asks a ledger no more that is slower than slots can be booked ahead, and comes again', async () => {
  const { next, writes, clock } = await planned(7000)
  const refusal = await next().catch((error) => error)

  expect(refusal).toEqual(new RateBudgetError('admin-low', clock.now() + 1000))
  expect(writes.count).toBeLessThan(10)
})
