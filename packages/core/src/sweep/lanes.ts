import type { Clock } from '../ports/index.ts'
import { codeOf } from './failures.ts'

/** How many are worked on at a time: Ory's rate limits are there for revocations first. */
const lanes = 4

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

/** Works on items several at a time. `work` answers for its own errors. */
export async function inLanes<T>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<void>,
  { workUntil, countUntil }: Times,
  clock: Clock,
): Promise<Progress<T>> {
  const progress: { last: T | undefined; unseen: number; error: unknown } = {
    last: undefined,
    unseen: 0,
    error: undefined,
  }
  const iterator = items[Symbol.asyncIterator]()
  const lane = async () => {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      if (clock.now() < workUntil) {
        progress.last = next.value
        await work(next.value)
        continue
      }
      progress.unseen += 1
      if (clock.now() >= countUntil) return
    }
  }
  const readingFailed = (error: unknown) => {
    progress.error = error
  }
  await Promise.all(Array.from({ length: lanes }, () => lane().catch(readingFailed)))
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
