import { randomBytes } from 'node:crypto'
import type { BucketState } from './bucket-state.ts'
import type { Change } from './shared-state.ts'

/** More than are made while one write is sent again. */
const namesKept = 24

/**
 * A change that gives slots back, once. A write whose answer is lost is sent again, and where others have
 * written since nobody can tell that it was done; given back again, a slot would be that of another who
 * calls at the same time.
 * @param change what is changed; without giving anything back where that is done
 */
export function returnedOnce<Answer>(
  change: (state: BucketState, now: number, isReturned: boolean) => Change<BucketState, Answer>,
): (state: BucketState, now: number) => Change<BucketState, Answer> {
  const name = randomBytes(3).toString('hex')
  return (known, now) => {
    const { state, answer } = change(known, now, known.returns.includes(name))
    if (state === known) return { state, answer }
    return { state: { ...state, returns: [...known.returns, name].slice(-namesKept) }, answer }
  }
}
