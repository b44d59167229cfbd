import { setImmediate } from 'node:timers/promises'
import { MockAgent } from 'undici'
import { createOry, type OryClock, type OryOptions } from './index.ts'

/** A clock that stands still until it is told to go on; for the tests of this folder. */
export const stillClock = (startMs = Date.UTC(2026, 0, 1)) => {
  let nowMs = startMs
  const timers = new Map<object, { readonly at: number; readonly callback: () => void }>()
  const clock: OryClock = {
    now: () => nowMs,
    setTimeout: (callback, ms) => {
      const timer = {}
      timers.set(timer, { at: nowMs + ms, callback })
      return timer
    },
    clearTimeout: (timer) => timers.delete(timer as object),
  }
  const fireNext = () => {
    const [next] = [...timers].sort(([, one], [, other]) => one.at - other.at)
    if (next === undefined) return
    const [timer, { at, callback }] = next
    timers.delete(timer)
    nowMs = at
    callback()
  }

  return { clock, fireNext, pending: () => timers.size }
}

/** Enough turns of the event loop for a mocked answer to arrive. */
const letAnswersArrive = async () => {
  for (let turn = 0; turn < 10; turn += 1) await setImmediate()
}

/**
 * A client over undici's `MockAgent`, without a network and without waiting. Jitter is at its most,
 * so that waits are exactly what the exponential says.
 */
export const mockedOry = (options: Partial<OryOptions> = {}) => {
  const agent = new MockAgent()
  agent.disableNetConnect()
  const { clock, fireNext, pending } = stillClock()
  const startMs = clock.now()
  const ory = createOry({
    adminUrl: 'http://admin.test',
    publicUrl: 'http://public.test',
    dispatcher: agent,
    clock,
    random: () => 1,
    ...options,
  })

  /** Lets time pass whenever nothing else can happen, until the promise has settled. */
  const settle = async <Value>(promise: Promise<Value>): Promise<Value> => {
    let settled = false
    const watched = promise.finally(() => {
      settled = true
    })
    watched.catch(() => {})
    while (!settled) {
      await letAnswersArrive()
      if (!settled) fireNext()
    }

    return watched
  }

  return {
    ory,
    agent,
    admin: agent.get('http://admin.test'),
    public: agent.get('http://public.test'),
    settle,
    clock,
    fireNext,
    pending,
    elapsedMs: () => clock.now() - startMs,
  }
}

/** What a promise is rejected with; fails where it is not. */
export const rejectionOf = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it was fulfilled')
}
