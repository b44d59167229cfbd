import type { Ory } from './ory.ts'

/** How long Hydra waits before it asks again, in milliseconds; it asks three times in all. */
const pausesMs = [1000, 2000]

const patienceMs = 60_000

/**
 * Asks somebody else's server as Hydra does: again where the connection fails, and where the answer
 * is 429 or 5xx (but 501).
 *
 * @throws Error where the last attempt fails like that as well.
 */
export async function fetchPatiently(ory: Ory, url: string, init?: RequestInit): Promise<Response> {
  // Of now: what is begun before a reset ends with it.
  const { stopping } = ory
  for (const pause of [...pausesMs, undefined]) {
    const response = await attempt(stopping, url, init)
    if (response !== undefined && !isWorthAsking(response)) return response
    await response?.body?.cancel()
    if (pause === undefined || stopping.aborted) break
    await ory.wait(pause)
  }
  throw new Error(`${url} cannot be asked: giving up after ${pausesMs.length + 1} attempts`)
}

async function attempt(
  stopping: AbortSignal,
  url: string,
  init: RequestInit | undefined,
): Promise<Response | undefined> {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(patienceMs)])
  return fetch(url, { ...init, signal }).catch(() => undefined)
}

function isWorthAsking({ status }: Response): boolean {
  return status === 429 || (status >= 500 && status !== 501)
}
