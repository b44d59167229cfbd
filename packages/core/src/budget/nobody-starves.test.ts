import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Lane } from '../lane.ts'
import type { BookingRequest, Unused } from '../ports/index.ts'
import { type BucketState, unused } from './bucket-state.ts'
import { decide } from './decide.ts'
import { deliveryPatienceMs, urgentPatienceMs } from './pacing.ts'
import { tiers } from './rate-limits.ts'
import { sharesOf } from './windows.ts'

const start = 1_800_000_000_000
const shares = sharesOf(tiers.production['admin-low'])

/** A delivery's plan, and how it comes to its end, or does not. */
interface Plan {
  readonly atMs: number
  readonly lane: Lane
  readonly calls: number
  readonly together: number
  /** The booking after which whoever works on it dies for good; absent: nobody does. */
  readonly diesAfter: number | undefined
  /** Whether it is planned only once something was booked. */
  readonly looks: boolean
  /** Calls that turn out to be nobody's any more when it comes back. */
  readonly lessBy: number
}

const plan: fc.Arbitrary<Plan> = fc.record({
  atMs: fc.nat({ max: 60_000 }),
  lane: fc.constantFrom<Lane>('deletion', 'deletion', 'deletion', 'incident', 'hygiene'),
  calls: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 25 })),
  together: fc.integer({ min: 1, max: 6 }),
  diesAfter: fc.option(fc.nat({ max: 3 }), { nil: undefined, freq: 3 }),
  looks: fc.boolean(),
  lessBy: fc.constantFrom(0, 0, 0, 3, 9),
})

interface Delivery {
  readonly plan: Plan
  at: number
  left: number
  standing: BookingRequest['standing']
  bookings: number
}

/** When whoever works on it dies for good. */
class Died extends Error {}

/** A bucket whose deliveries book one after the other, as they come. */
function bucket() {
  const kept: { state: BucketState } = { state: unused }

  function book(delivery: Delivery, more: Partial<BookingRequest> = {}) {
    const { plan, at, left, standing } = delivery
    const request: BookingRequest = {
      bucket: 'admin-low',
      lane: plan.lane,
      cost: left,
      together: Math.min(left, plan.together),
      standing,
      patienceMs: plan.lane === 'incident' ? urgentPatienceMs : deliveryPatienceMs,
      ...more,
    }
    const decision = decide(kept.state, shares, request, at)
    kept.state = decision.state
    delivery.bookings += 1
    if (delivery.bookings > (plan.diesAfter ?? delivery.bookings)) throw new Died()
    if ('slots' in decision) return decision
    if (delivery.standing === 'new') delivery.standing = 'due'
    // A delay of the queue is in whole seconds.
    delivery.at = at + Math.max(1, Math.ceil((decision.comeBackAt - at) / 1000)) * 1000
    return undefined
  }

  /** One time that it comes: what it may need, where it looks first, and then what it needs. */
  return (delivery: Delivery): void => {
    const { plan, standing } = delivery
    let ahead: Unused | undefined
    if (plan.looks && standing !== 'begun') {
      const booked = book(delivery, { cost: 4, together: 2, isUnplanned: true })
      if (booked === undefined) return
      const { slots, later = 0 } = booked
      if (slots.length > 0) {
        ahead = { slots, later, together: 2, begun: false }
        delivery.standing = 'due'
      }
    }
    const booked = book(delivery, ahead && { ahead })
    if (booked === undefined) return
    delivery.left -= booked.slots.length
    if (delivery.left > plan.lessBy) delivery.left -= plan.lessBy
    delivery.standing = 'begun'
    delivery.at += 1000
  }
}

/** Which plans have something left at a time, of those that nobody has died with. */
function leftAt(untilMs: number, plans: readonly Plan[]): readonly Plan[] {
  const comes = bucket()
  const waiting = new Set(
    plans.map((plan): Delivery => {
      const { atMs, calls } = plan
      return { plan, at: start + atMs, left: calls, standing: 'new', bookings: 0 }
    }),
  )
  while (waiting.size > 0) {
    const next = [...waiting].reduce((one, other) => (other.at < one.at ? other : one))
    if (next.at > start + untilMs) break
    try {
      comes(next)
      if (next.left === 0) waiting.delete(next)
    } catch (error) {
      if (!(error instanceof Died)) throw error
      waiting.delete(next)
    }
  }
  return [...waiting].map(({ plan }) => plan)
}

const deletion = {
  atMs: 0,
  lane: 'deletion',
  calls: 1,
  together: 1,
  diesAfter: undefined,
  looks: false,
  lessBy: 0,
} as const satisfies Plan
const incident = { ...deletion, lane: 'incident' } as const

/** One that looks, at the time when what another had left is kept who has died. */
const looksInVain: readonly Plan[] = [
  { ...deletion, atMs: 3451, calls: 2, together: 2, looks: true },
  { ...incident, atMs: 3451, diesAfter: 0, looks: true },
  { ...deletion, atMs: 3450, calls: 6, diesAfter: 0 },
  { ...deletion, atMs: 3450, calls: 3 },
  deletion,
  { ...incident, calls: 13 },
  { ...deletion, atMs: 3450, calls: 7, diesAfter: 1 },
]

/** One that has begun, and waits for the end of another's, who has died. */
const waitsForTheDead: readonly Plan[] = [
  { ...deletion, calls: 16 },
  { ...incident, atMs: 18_250, calls: 22 },
  deletion,
  { ...deletion, atMs: 16_044, calls: 5, together: 4, diesAfter: 2 },
  { ...deletion, atMs: 11_501, calls: 7 },
  { ...deletion, diesAfter: 0, looks: true },
  { ...deletion, atMs: 47_500, lane: 'hygiene', calls: 4 },
  { ...deletion, atMs: 16_044 },
]

test('every plan comes to its end though others die, whatever was booked ahead and kept for them', () => {
  fc.assert(
    fc.property(fc.array(plan, { minLength: 1, maxLength: 25 }), (plans) => {
      const calls = plans.reduce((sum, plan) => sum + plan.calls + 4, 0)

      expect(leftAt(6 * 60_000 + 2 * calls * shares.intervalMs, plans)).toEqual([])
    }),
    { numRuns: 300, examples: [[looksInVain], [waitsForTheDead]] },
  )
})
