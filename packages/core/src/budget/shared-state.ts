import { LedgerConflictError, UnavailableError } from '../errors.ts'
import { type Clock, type Ledger, type RowKey, rowExpiry, type Stored } from '../ports/index.ts'
import { oneAtATime } from './one-at-a-time.ts'

/** So often others may be quicker before it is given up for now. */
const mostAttempts = 30

/** So long after its last change a state has no meaning any more, in milliseconds. */
const keptMs = 60 * 60_000

/** What a change comes to: what to answer, and the state to keep first, where that is another one. */
export interface Change<State, Answer> {
  readonly state: State
  readonly answer: Answer
}

/** States in the ledger that all workers read and change, each of them one change at a time. */
export interface SharedStates<State> {
  /** Changes the newest state. `decide` is pure, and may be asked several times. */
  change<Answer>(
    name: string,
    decide: (state: State, now: number) => Change<State, Answer>,
  ): Promise<Answer>
  /** What was seen last; `undefined` where nothing was. */
  seen(name: string): State | undefined
}

/** Where states stand, and what they are where nobody has written any. */
export interface SharedStateTerms<State> {
  readonly ledger: Ledger<State>
  readonly clock: Clock
  readonly keyOf: (name: string) => RowKey
  readonly blank: State
}

/**
 * A change begins from the state that was seen last and is written under its version, so that one
 * who is alone writes once and reads nothing. Where somebody was quicker, it is decided anew.
 */
export function sharedStates<State extends object>({
  ledger,
  clock,
  keyOf,
  blank,
}: SharedStateTerms<State>): SharedStates<State> {
  const known = new Map<string, Stored<State>>()
  const inTurn = oneAtATime()

  async function read(name: string): Promise<Stored<State>> {
    const stored = await ledger.read(keyOf(name))
    // A version of before, or one that is deployed just now, writes fewer members.
    const state = { row: { ...blank, ...stored?.row }, version: stored?.version ?? 0 }
    known.set(name, state)
    return state
  }

  async function write(name: string, state: State, expected: number): Promise<boolean> {
    try {
      const expiresAt = rowExpiry(clock, keptMs)
      const version = await ledger.write(keyOf(name), state, expected, expiresAt)
      known.set(name, { row: state, version })
      return true
    } catch (error) {
      known.delete(name)
      if (error instanceof LedgerConflictError) return false
      throw error
    }
  }

  return {
    change: (name, decide) =>
      inTurn(name, async () => {
        for (let attempts = 0; attempts < mostAttempts; attempts += 1) {
          const { row, version } = known.get(name) ?? (await read(name))
          const { state, answer } = decide(row, clock.now())
          if (state === row || (await write(name, state, version))) return answer
        }
        throw new UnavailableError(`the state of ${name}`, 'Contention')
      }),
    seen: (name) => known.get(name)?.row,
  }
}
