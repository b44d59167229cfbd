import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'

interface Scheduled {
  readonly at: number
  readonly happens: () => void
  /** Whether it is worth waiting for; a timeout that nobody may need is not. */
  readonly keepsGoing: boolean
}

/** When a simulation is taken to go on for ever. */
export interface Patience {
  /** Grows with all that is settled for good; waiting and trying again settle nothing. */
  readonly settled: () => number
  /** How long nothing may be settled, in milliseconds of simulated time. */
  readonly standstillMs: number
}

/** More than this happens within an hour only where somebody goes round in circles. */
const mostInAnHour = 100_000
const hour = 3_600_000

/** Time that passes only when nothing is left to be done before; what happens, happens in its order. */
export interface Simulation {
  now(): number
  /** @returns what takes it back */
  in(milliseconds: number, happens: () => void, keepsGoing?: boolean): () => void
  wait(milliseconds: number): Promise<void>
  /** Goes on until nothing is left that is worth waiting for. @throws where that never comes */
  settle(patience: Patience): Promise<void>
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
    async settle(patience) {
      const checkProgress = progressChecker(patience, state.now)
      await setImmediate()
      while (state.waitedFor > 0) {
        const event = scheduled.shift()
        if (event === undefined) return
        if (event.keepsGoing) state.waitedFor -= 1
        state.now = event.at
        event.happens()
        await setImmediate()
        checkProgress(state.now)
      }
    },
  }
}

/** Asked after each event. @throws where nothing is settled any more, or time does not get on */
function progressChecker({ settled, standstillMs }: Patience, start: number) {
  const last = { count: settled(), at: start }
  const counted = { hour: 0, events: 0 }
  return (now: number): void => {
    const count = settled()
    if (count !== last.count) Object.assign(last, { count, at: now })
    if (now - last.at > standstillMs)
      throw new Error(`nothing was settled in ${standstillMs / hour} hours: this never ends`)
    const thisHour = Math.floor(now / hour)
    if (counted.hour !== thisHour) Object.assign(counted, { hour: thisHour, events: 0 })
    counted.events += 1
    if (counted.events > mostInAnHour)
      throw new Error(`more than ${mostInAnHour} events in an hour: this goes round in circles`)
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
