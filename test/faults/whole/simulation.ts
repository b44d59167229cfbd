import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'

interface Scheduled {
  readonly at: number
  readonly happens: () => void
  /** Whether it is worth waiting for; a timeout that nobody may need is not. */
  readonly keepsGoing: boolean
}

/** Time that passes only when nothing is left to be done before; what happens, happens in its order. */
export interface Simulation {
  now(): number
  /** @returns what takes it back */
  in(milliseconds: number, happens: () => void, keepsGoing?: boolean): () => void
  wait(milliseconds: number): Promise<void>
  /** Goes on until nothing is left that is worth waiting for. @throws after too many events */
  settle(mostEvents: number): Promise<void>
}

export function simulation(start: number): Simulation {
  const scheduled: Scheduled[] = []
  const state = { now: start, waitedFor: 0 }

  function schedule(milliseconds: number, happens: () => void, keepsGoing = true) {
    const event = { at: state.now + Math.ceil(Math.max(0, milliseconds)), happens, keepsGoing }
    const later = scheduled.findLastIndex(({ at }) => at <= event.at) + 1
    scheduled.splice(later, 0, event)
    if (keepsGoing) state.waitedFor += 1
    return () => {
      const place = scheduled.indexOf(event)
      if (place === -1) return
      scheduled.splice(place, 1)
      if (keepsGoing) state.waitedFor -= 1
    }
  }

  return {
    now: () => state.now,
    in: schedule,
    wait: (milliseconds) => new Promise((resolve) => void schedule(milliseconds, resolve)),
    async settle(mostEvents) {
      await setImmediate()
      for (let events = 0; state.waitedFor > 0; events += 1) {
        if (events > mostEvents) throw new Error('this never comes to an end')
        const event = scheduled.shift()
        if (event === undefined) return
        if (event.keepsGoing) state.waitedFor -= 1
        state.now = event.at
        event.happens()
        await setImmediate()
      }
    },
  }
}

const timedOut = new DOMException('The operation was aborted due to timeout', 'TimeoutError')

/**
 * Plays with the machine's own timers and threads out of the way: timeouts of signals go by the
 * simulation, and hashing takes no turn of its own.
 */
export async function inSimulatedTime<T>(
  { in: schedule }: Simulation,
  play: () => Promise<T>,
): Promise<T> {
  const { timeout } = AbortSignal
  const { digest } = crypto.subtle
  AbortSignal.timeout = (milliseconds) => {
    const ending = new AbortController()
    schedule(milliseconds, () => ending.abort(timedOut), false)
    return ending.signal
  }
  crypto.subtle.digest = async (_algorithm, data) =>
    Uint8Array.from(
      createHash('sha256')
        .update(new Uint8Array(data as ArrayBuffer))
        .digest(),
    ).buffer
  try {
    return await play()
  } finally {
    AbortSignal.timeout = timeout
    crypto.subtle.digest = digest
  }
}
