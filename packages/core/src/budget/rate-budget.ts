import type { Booking, Clock, Ledger, RateBudget } from '../ports/index.ts'
import { type BucketState, pushed, unused } from './bucket-state.ts'
import { decide } from './decide.ts'
import { givenBack } from './give-back.ts'
import { putRight } from './put-right.ts'
import { type BookedBucket, bookedBucket, type RateLimits } from './rate-limits.ts'
import { returnedOnce } from './returned-once.ts'
import { bucketKey } from './rows.ts'
import { type Change, sharedStates } from './shared-state.ts'
import { graceMs, type Shares, sharesOf } from './windows.ts'

/** A ledger that is slower than this, in milliseconds, is waited for by coming again. */
const longestLeadMs = 5000

/** What a budget is kept in, and for whom. */
export interface RateBudgetTerms {
  readonly ledger: Ledger<BucketState>
  readonly clock: Clock
  /**
   * Whether the clock is known to be right: then a row is put right into which somebody wrote whose
   * clock is not. Absent: nobody can say.
   */
  readonly isRight?: () => boolean
  /** What limits are counted for: one Ory project. */
  readonly project: string
  readonly limits: RateLimits
}

/** The budget of one Ory project: a row in the ledger for each bucket. */
export function rateBudget({
  ledger,
  clock,
  isRight = () => false,
  project,
  limits,
}: RateBudgetTerms): RateBudget {
  const states = sharedStates({
    ledger,
    clock,
    keyOf: (bucket) => bucketKey(project, bucket),
    blank: unused,
  })
  const shares = new Map<string, Shares>()
  const held = new Map<string, number>()
  /** How long the write of the last booking took where that is long, and so how far ahead the next one is. */
  const late = { ms: 0 }

  /** Books for when it will be known: where the ledger is slow, a slot of now is missed before it is. */
  async function bookInTime<Answer>(
    name: string,
    change: (state: BucketState, now: number) => Change<BucketState, Answer>,
  ): Promise<Answer> {
    const leadMs = late.ms
    const decided = { at: clock.now() }
    const answer = await states.change(name, (state, now) => {
      decided.at = now
      return change(state, now + leadMs)
    })
    const tookMs = clock.now() - decided.at
    late.ms = tookMs > graceMs / 2 ? Math.min(tookMs, longestLeadMs) : 0
    return answer
  }

  function sharesFor({ name, limit }: BookedBucket): Shares {
    const found = shares.get(name) ?? sharesOf(limit)
    shares.set(name, found)
    return found
  }

  return {
    graceMs,
    isBooked: (bucket) => bookedBucket(limits, bucket) !== undefined,
    async book(request): Promise<Booking> {
      const bucket = bookedBucket(limits, request.bucket)
      if (bucket === undefined) return { slots: Array(request.cost).fill(clock.now()) }
      const { ahead, instead, ...without } = request
      const booked = (state: BucketState, now: number, isReturned = false) => {
        const known = isRight() ? putRight(state, now) : state
        const decision = decide(known, sharesFor(bucket), isReturned ? without : request, now)
        return { state: decision.state, answer: decision }
      }
      const isReturning = ahead !== undefined || instead !== undefined
      return bookInTime(bucket.name, isReturning ? returnedOnce(booked) : booked)
    },
    async giveBack(name, lane, unused) {
      const bucket = bookedBucket(limits, name)
      if (bucket === undefined) return
      const returned = (state: BucketState, _now: number, isReturned: boolean) => ({
        state: isReturned ? state : givenBack(state, sharesFor(bucket), lane, unused),
        answer: undefined,
      })
      await states.change(bucket.name, returnedOnce(returned))
    },
    async pushTo(name, time) {
      const bucket = bookedBucket(limits, name)
      if (bucket === undefined) return
      held.set(bucket.name, Math.max(time, held.get(bucket.name) ?? 0))
      await states.change(bucket.name, (state) => ({
        state: pushed(state, time),
        answer: undefined,
      }))
    },
    heldUntil: (name) => held.get(bookedBucket(limits, name)?.name ?? '') ?? 0,
  }
}
