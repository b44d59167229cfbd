import { tiers } from '@lapse/core/budget'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AppTerms, type Asked, appWorld } from './app-world.ts'

/** A call that somebody else wants to make, so long after the beginning. */
interface Other {
  readonly bucket: 'admin-low' | 'admin-high'
  readonly lane: 'deletion' | 'incident'
  readonly at: number
}

const resetAt = 12_000

/** A reset in a project whose calls others want as well, and when its requests were made. */
async function reset(others: readonly Other[], terms: Partial<AppTerms> = {}) {
  const world = appWorld({ limits: tiers.developer, workers: 1, seed: 1, ...terms })
  const { time, edge, asked, server, secrets } = world
  const secret = world.register('photos')
  const paces = world.newPacing()
  async function call({ bucket, lane }: Other): Promise<void> {
    const attempt = {
      bucket,
      port: 'admin',
      operation: 'other',
      deadline: Number.MAX_VALUE,
    } as const
    const pace = paces.paceOf({ lane, event: 'other', patienceMs: 3000, standing: 'begun' })
    const slot = await pace.next(attempt)
    await time.wait((slot?.from ?? 0) - time.now())
    edge.admit(bucket === 'admin-low' ? 'DELETE' : 'GET', `/admin/${bucket}`)
  }
  for (const other of others) time.in(other.at, () => void call(other).catch(() => undefined))
  const data = { client_id: 'photos', mode: 'reset', secret_ids: [secret] }
  time.in(resetAt, () => world.offboard('e', data))
  await world.settle()

  const current = await secrets.value(secret, { stage: 'AWSCURRENT' })
  const [deleted, created] = [
    one(asked, 'DELETE', '/admin/clients/photos'),
    one(asked, 'POST', '/admin/clients'),
  ]
  return {
    receipts: world.row.rows.map(({ receipt }) => receipt?.result),
    isSettled:
      server.state.clientSecrets.get('photos') === JSON.parse(current ?? '{}').client_secret,
    refused: edge.refused,
    deletedAt: deleted.at,
    /** Without what the requests took, its own and the look before it. */
    absentMs: created.at - deleted.answeredAt,
    downMs: Math.max(...asked.map(({ answeredAt }) => answeredAt)) - deleted.at,
  }
}

function one(asked: readonly Asked[], method: string, path: string): Asked {
  const [found, ...more] = asked.filter((each) => each.method === method && each.path === path)
  if (found === undefined || more.length > 0) throw new Error(`${method} ${path} was not made once`)
  return found
}

const used = (calls: number): readonly Other[] =>
  Array.from({ length: calls }, (_, index) => ({
    bucket: 'admin-low',
    lane: 'deletion',
    at: 600 * index,
  }))

test.each<readonly [oryMs: readonly [number, number], absentMs: number]>([
  [[20, 60], 700],
  [[300, 1200], 4000],
])(
  'a client is made again at once by an Ory that takes %j ms, however few calls are left: what has to wait waits before',
  async (oryMs, mostMs) => {
    for (let left = 0; left <= 5; left += 1) {
      const done = await reset(used(14 - left), { oryMs })
      const { receipts, isSettled, refused, deletedAt, absentMs } = done

      expect([left, receipts, isSettled, refused]).toEqual([left, ['done'], true, []])
      expect([left, deletedAt > 60_000]).toEqual([left, left < 4])
      // One look, what AWS takes, and a call that becomes free 600 ms after another; no full second.
      expect(absentMs).toBeLessThan(mostMs)
    }
  },
)

test('nothing is waited for between deletion and handover, whoever else calls and however slow Ory is', async () => {
  const other = fc.record({
    bucket: fc.constantFrom<Other['bucket']>('admin-low', 'admin-high'),
    lane: fc.constantFrom<Other['lane']>('deletion', 'incident'),
    at: fc.nat({ max: 20_000 }),
  })
  const oryMs = fc.constantFrom<readonly [number, number]>([20, 60], [100, 400], [300, 1200])
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.constantFrom('developer', 'production', 'growth'),
      fc.array(other, { maxLength: 120 }),
      oryMs,
      async (seed, tier, others, takes) => {
        const terms = { seed, limits: tiers[tier], oryMs: takes }
        const { receipts, isSettled, refused, absentMs, downMs } = await reset(others, terms)

        expect([receipts, isSettled, refused]).toEqual([['done'], true, []])
        // A second's limit may be used up before each of the calls, by slots three seconds ahead.
        const [, longest] = takes
        expect(absentMs).toBeLessThan(longest + 300 + 2 * 4500)
        expect(downMs).toBeLessThan(6 * longest + 1000 + 5 * 4500)
      },
    ),
    { numRuns: 40, seed: 1 },
  )
})

test.each([3, 5, 40])(
  'comes to its end where all calls share one limit of %d a second',
  async (perSecond) => {
    for (const others of [[], used(6)]) {
      const limits = { '*': { perSecond, perMinute: 30 * perSecond } }
      const { receipts, isSettled, refused, absentMs } = await reset(others, { limits })

      expect([receipts, isSettled, refused]).toEqual([['done'], true, []])
      expect(absentMs).toBeLessThan(perSecond < 5 ? 5000 : 3000)
    }
  },
)
