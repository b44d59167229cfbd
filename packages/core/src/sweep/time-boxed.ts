import { inLanes } from '../concurrency.ts'
import type { Clock } from '../ports/index.ts'
import { codeOf } from './failures.ts'

/** How many are worked on at a time: Ory's rate limits are there for revocations first. */
const atATime = 4

/** Milliseconds since the epoch. */
export interface Times {
  /** No work begins after this. */
  readonly workUntil: number
  /** What is left by then is counted until this, and no longer. */
  readonly countUntil: number
}

/** How far it got. */
export interface Progress<T> {
  /** The last that was worked on; `undefined` where none was. */
  readonly last: T | undefined
  /** How many were not worked on, as far as there was time to count. */
  readonly unseen: number
  /** What kept the items from being read to their end. */
  readonly error: unknown
}

/**
 * Works on items several at a time, and once there is no time for that, counts the rest. `work`
 * answers for its own errors.
 */
export async function workInTime<T>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<void>,
  { workUntil, countUntil }: Times,
  clock: Clock,
): Promise<Progress<T>> {
  const progress: { last: T | undefined; unseen: number; error: unknown } = {
    last: undefined,
    unseen: 0,
    error: undefined,
  }
  const isCountedOut = () => progress.unseen > 0 && clock.now() >= countUntil
  async function* untilTimeIsOver() {
    try {
      for await (const item of items) {
        yield item
        if (isCountedOut()) return
      }
    } catch (error) {
      progress.error = error
    }
  }

  await inLanes(atATime, untilTimeIsOver(), async (item) => {
    if (clock.now() < workUntil) {
      progress.last = item
      await work(item)
    } else progress.unseen += 1
  })
  return progress
}

/** The times of work that has to end by a deadline: the last tenth is left for counting. */
export function timesUntil(deadline: number, now: number): Times {
  return { workUntil: now + (deadline - now) * 0.9, countUntil: deadline }
}

/** The code of what kept it from the rest; `undefined` where it got to everything. */
export function whyNotAll({ unseen, error }: Progress<unknown>): string | undefined {
  if (error !== undefined) return codeOf(error)
  return unseen > 0 ? 'ERR_DEADLINE' : undefined
}
