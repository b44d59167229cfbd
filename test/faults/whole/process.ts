import type { OryClock } from '@lapse/core/ory'
import type { Clock } from '@lapse/core/ports'
import type { Random } from './random.ts'
import type { Simulation } from './simulation.ts'
import { type Fate, isServer, type Target, type Weather } from './weather.ts'

/** How far clocks of two workers may be apart. */
const mostSkewMs = 1000

/** One Lambda execution environment: what it holds in memory, its clock, and whether it lives. */
export interface Process {
  readonly name: string
  readonly dead: boolean
  readonly clock: Clock
  readonly oryClock: OryClock
  /** When the invocation that runs has to have stopped; by the simulation's time. */
  deadline: number
  /** Names the invocation that runs, for whoever judges what it does. */
  doing: string
  /** Which pass it is about. */
  pass: string
  /** Told of its death. */
  onDeath: () => void
  /** AWS's answers that were slow during this invocation. */
  slowed: number
  /** Copies that could not be sent during this invocation. */
  copiesLost: number
  kill(): void
}

export function startProcess(name: string, time: Simulation, random: Random): Process {
  const skew = random.between(-mostSkewMs, mostSkewMs)
  const state = { dead: false }
  const now = () => time.now() + skew
  return {
    name,
    get dead() {
      return state.dead
    },
    clock: { now },
    oryClock: {
      now,
      setTimeout: (callback, ms) => time.in(ms, () => !state.dead && callback()),
      clearTimeout: (cancel) => (cancel as () => void)(),
    },
    deadline: 0,
    doing: '',
    pass: '',
    onDeath: () => undefined,
    slowed: 0,
    copiesLost: 0,
    kill() {
      if (state.dead) return
      state.dead = true
      this.onDeath()
    },
  }
}

/** What was sent has its effect by then, whether anybody waits for the answer or not. */
const longestOnTheWayMs = 900

/** What a dead process waits for. */
export function forever<T>(): Promise<T> {
  return new Promise(() => undefined)
}

/** How calls get outside, and back. */
export interface Passage {
  readonly time: Simulation
  readonly random: Random
  readonly weather: Weather
}

/**
 * One call on its way: what was sent takes effect even where its sender is dead by then; a dead
 * sender hears of nothing.
 */
export async function passing<T>(
  by: Process,
  [target, what]: readonly [target: Target, what: string],
  { time, random, weather }: Passage,
  effect: () => Promise<T>,
  leaves: (fate: Fate) => void = () => undefined,
): Promise<{ readonly fate: Fate; readonly value?: T }> {
  if (by.dead) return forever()
  const fate = weather.fateOf(target, what)
  if (fate.dies === 'before') {
    by.kill()
    return forever()
  }
  if (!isServer(target) && fate.slowMs !== undefined) by.slowed += 1
  leaves(fate)
  await time.wait(random.between(1, fate.slowMs === undefined ? 40 : longestOnTheWayMs))
  const [came] = fate.effect ? await Promise.allSettled([effect()]) : []
  await time.wait(random.between(1, 40) + (fate.slowMs ?? 0))
  if (fate.dies === 'after') by.kill()
  if (by.dead) return forever()
  if (came?.status === 'rejected' && fate.error === undefined) throw came.reason
  return { fate, ...(came?.status === 'fulfilled' ? { value: came.value } : {}) }
}
