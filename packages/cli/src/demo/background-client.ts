import { setTimeout } from 'node:timers/promises'

/** How often something was asked for, and how often it was not given. */
export interface RequestCounts {
  readonly requests: number
  readonly failures: number
}

/** Clients that ask for tokens again and again, whatever else goes on. */
export interface BackgroundClient {
  /** Waits for the requests under way, and gives the counts of all. */
  stop(): Promise<RequestCounts>
}

/** Between two requests of one client, so that it does not keep the machine busy. */
const pauseMs = 50

/** Repeats each of these, side by side, and counts every time one fails for whatever reason. */
export function startBackgroundClient(
  requests: readonly (() => Promise<unknown>)[],
): BackgroundClient {
  const counts = { requests: 0, failures: 0 }
  const stopping = new AbortController()
  const repeat = async (request: () => Promise<unknown>) => {
    while (!stopping.signal.aborted) {
      counts.requests += 1
      await request().catch(() => {
        counts.failures += 1
      })
      await setTimeout(pauseMs)
    }
  }
  const running = requests.map(repeat)
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
      return counts
    },
  }
}
