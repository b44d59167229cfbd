import { setTimeout } from 'node:timers/promises'
import { type Background, newBackground } from './background.ts'
import { type Gate, type NetworkOptions, newGate } from './network.ts'
import { emptyState, type State } from './state.ts'
import { type Keys, keptKeys, newKeys } from './tokens/keys.ts'

/** What a server holds, until it is made to forget it. */
export interface Memory {
  readonly state: State
  readonly background: Background
  /** Aborted once all this is forgotten. */
  readonly ended: AbortController
  /** Ory Network's edge, with what is left in its buckets; open where there is none. */
  readonly gate: Gate
}

/** Where a server's memory is; handlers take it from here for every request. */
export interface MemoryHolder {
  readonly current: Memory
  /** Begins anew, with the same keys; settles once nothing that was begun before runs in the background any more. */
  forget(): Promise<void>
  /** Ends what runs in the background. */
  end(): Promise<void>
}

export function newMemoryHolder(
  keysFrom: string | undefined,
  network: NetworkOptions | undefined,
  now: () => number,
): MemoryHolder {
  const begin = (keys: Keys): Memory => {
    const ended = new AbortController()
    return {
      state: emptyState(keys),
      background: newBackground(ended.signal),
      ended,
      gate: network ? newGate(network, now) : () => ({ headers: {} }),
    }
  }
  let current = begin(newKeys(keysFrom))
  const end = ({ ended, background }: Memory) => {
    ended.abort()
    return background.idle()
  }
  return {
    get current() {
      return current
    },
    forget() {
      const before = current
      current = begin(keptKeys(before.state.keys))
      return end(before)
    },
    end: () => end(current),
  }
}

/** Waits by timers, but not beyond the end of what is remembered now. */
export function waitIn(memory: MemoryHolder): (ms: number) => Promise<void> {
  return (ms) => {
    const { signal } = memory.current.ended
    return setTimeout(ms, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
