import type { RateLimits } from '@lapse/core/budget'
import type { Answer } from '../faults/whole/memory-answers.ts'

/** What the edge of Ory Network let through and refused, by bucket: times in milliseconds. */
export interface Edge {
  readonly passed: ReadonlyMap<string, readonly number[]>
  readonly refused: readonly string[]
  /** Counts a request; the answer where it is let through no further. */
  admit(method: string, path: string): Answer | undefined
}

/** Counts in windows that begin anywhere: stricter than any server's own. */
export function edgeOf(limits: RateLimits, now: () => number): Edge {
  const passed = new Map<string, number[]>()
  const refused: string[] = []
  return {
    passed,
    refused,
    admit(method, path) {
      const named = bucketOf(method, path)
      const bucket = Object.hasOwn(limits, '*') ? '*' : named
      const limit = limits[bucket]
      const times = passed.get(bucket) ?? []
      passed.set(bucket, times)
      const within = (ms: number) =>
        times.length - 1 - times.findLastIndex((time) => time <= now() - ms)
      const isFull =
        limit !== undefined &&
        (within(1000) >= limit.perSecond || within(60_000) >= limit.perMinute)
      if (!isFull) {
        times.push(now())
        return undefined
      }
      refused.push(`${method} ${path}`)
      return { status: 429, headers: { 'x-ratelimit-reset': '0' }, text: '' }
    },
  }
}

/** As Ory publishes it, for what lapse calls. */
function bucketOf(method: string, path: string): string {
  if (path.startsWith('/oauth2/revoke')) return 'public-medium'
  if (method !== 'GET') return 'admin-low'
  const isWideList = /^\/admin\/(clients\?|clients$|trust\/)/.test(path)
  return isWideList ? 'admin-medium' : 'admin-high'
}
