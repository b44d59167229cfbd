import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Clock, Ledger } from '../ports/index.ts'
import { type ManualClock, manualClock, memoryLedger } from '../testing/index.ts'
import { withClientLease } from './leases.ts'
import type { LeaseStanding } from './line.ts'
import type { LeaseRow } from './row.ts'

const minute = 60_000
const hour = 60 * minute

/** Somebody who is at work on the client, and until when by which clock. */
interface Holder {
  readonly clock: Clock
  readonly deadline: number
}

const clockAt = (time: ManualClock, offset: number): Clock => ({ now: () => time.now() + offset })

/** AWS takes no request that was signed longer ago: a call that hangs on the wire comes to nothing. */
const signatureMs = 15 * minute

/** A worker that asks for the lease again and again, and does one thing at each step it is given. */
function startWorker(
  clock: Clock,
  shared: Ledger<LeaseRow>,
  holders: Set<Holder>,
  standing: LeaseStanding | undefined,
) {
  const kept: { next?: () => void } = {}
  const turn = () => new Promise<void>((resolve) => Object.assign(kept, { next: resolve }))
  const call = async <T>(land: () => Promise<T>): Promise<T> => {
    const sentAt = clock.now()
    await turn()
    if (clock.now() - sentAt > signatureMs) throw new Error('RequestExpired')
    return land()
  }
  const ledger: Ledger<LeaseRow> = {
    read: (key) => call(() => shared.read(key)),
    write: (...write) => call(() => shared.write(...write)),
  }
  const attempt = async () => {
    await turn()
    const holder = { clock, deadline: clock.now() + minute }
    const services = {
      ledger,
      clock,
      standing,
      turns: { wait: async () => () => undefined, pause: turn },
    }
    await withClientLease('mail', services, holder.deadline, async () => {
      holders.add(holder)
      await turn()
      holders.delete(holder)
    })
  }
  const run = async () => {
    for (;;) await attempt().catch(() => undefined)
  }
  void run()
  return { step: () => kept.next?.() }
}

/** A call that a holder sent before its deadline may still be under way a second later. */
const writing = (holders: Iterable<Holder>) =>
  [...holders].filter(({ clock, deadline }) => clock.now() < deadline + 1000)

const settled = () => new Promise((resolve) => setImmediate(resolve))

/** A worker does one thing, a worker crashes, or time passes. */
interface Turn {
  readonly what: 'steps' | 'crashes' | 'passes'
  /** Which worker, or how many milliseconds. */
  readonly of: number
}

const jumps = [1, 999, 1000, 1500, 2000, 3000, 30_000, 58_000, minute, minute + 900, 2 * hour]
const turn = (weight: number, what: Turn['what'], of: fc.Arbitrary<number>) => ({
  weight,
  arbitrary: fc.record<Turn>({ what: fc.constant(what), of }),
})
const turns = fc.array(
  fc.oneof(
    turn(12, 'steps', fc.nat({ max: 2 })),
    turn(1, 'crashes', fc.nat({ max: 2 })),
    turn(3, 'passes', fc.constantFrom(...jumps)),
  ),
  { minLength: 20, maxLength: 80 },
)
const offsets = fc.tuple(...[0, 1, 2].map(() => fc.constantFrom(-1000, 0, 1000)))
const standings = fc.tuple(
  ...[0, 1, 2].map(() =>
    fc.constantFrom<LeaseStanding | undefined>(undefined, 'new', 'due', 'urgent'),
  ),
)

test('never lets two write at once, however far apart clocks are within two seconds', () =>
  fc.assert(
    fc.asyncProperty(offsets, standings, turns, async (offsetOf, standingOf, story) => {
      const time = manualClock('2026-01-02T03:04:05Z')
      const shared = memoryLedger<LeaseRow>(time)
      const holders = new Set<Holder>()
      const start = (offset: number, worker: number) =>
        startWorker(clockAt(time, offset), shared, holders, standingOf[worker])
      const workers = offsetOf.map(start)
      await settled()
      for (const { what, of } of story) {
        if (what === 'passes') time.advance(of)
        if (what === 'steps') workers[of]?.step()
        // Whoever crashed is never given another step; somebody else begins in its place.
        if (what === 'crashes') workers[of] = start(offsetOf[of] ?? 0, of)
        await settled()

        expect(writing(holders).length).toBeLessThan(2)
      }

      // Whatever died with a lease in its hands: it ends, for the slowest clock too.
      time.advance(minute + 5000)
      const late = { ledger: shared, clock: clockAt(time, -1000) }
      expect(await withClientLease('mail', late, late.clock.now() + minute, async () => 'in')).toBe(
        'in',
      )
    }),
    { numRuns: 300 },
  ))
