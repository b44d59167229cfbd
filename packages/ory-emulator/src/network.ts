import type { IncomingMessage } from 'node:http'
import type { Answer, Bucket, Route } from './http.ts'

/** How many requests of a bucket Ory Network lets through. */
export interface RateLimit {
  readonly perSecond: number
  readonly perMinute: number
}

/** Ory Network instead of a server of one's own. */
export interface NetworkOptions {
  /** The one project key that opens `/admin`, such as `ory_pat_…`. */
  readonly apiKey: string
  /** Buckets without a limit are not limited; the Developer plan's limits by default. */
  readonly limits?: Readonly<Partial<Record<Bucket, RateLimit>>>
}

/** What opens `/admin` where a command emulates Ory Network and no other key is given; no secret of anybody's. */
export const emulatedKey = 'ory_pat_emulated'

/** The limits of Ory Network's Developer plan, as published; of `public-low` and `public-high` none is. */
export const developerLimits: Readonly<
  Record<Exclude<Bucket, 'public-low' | 'public-high'>, RateLimit>
> = {
  'admin-low': { perSecond: 5, perMinute: 15 },
  'admin-medium': { perSecond: 5, perMinute: 15 },
  'admin-high': { perSecond: 5, perMinute: 80 },
  'public-medium': { perSecond: 6, perMinute: 125 },
}

/** What the edge adds to an answer, and the answer it gives itself where it lets nothing through. */
export interface Admission {
  readonly headers: Readonly<Record<string, string>>
  readonly refusal?: Answer
}

export type Gate = (incoming: IncomingMessage, route: Route | undefined) => Admission

/** Ory Network's edge: the key for everything under `/admin` and `/v2alpha1/admin`, then the bucket's budget. */
export function newGate(
  { apiKey, limits = developerLimits }: NetworkOptions,
  now: () => number,
): Gate {
  const buckets = new Map(
    Object.entries(limits).map(([name, limit]) => [name, newBucket(limit, now)]),
  )
  return (incoming, route) => {
    const guarded = /^(\/v2alpha1)?\/admin(\/|\?|$)/.test(incoming.url ?? '')
    if (guarded && incoming.headers.authorization !== `Bearer ${apiKey}`) {
      return { headers: {}, refusal: edgeError(401, unauthorized) }
    }
    return buckets.get(route?.bucket ?? '')?.() ?? { headers: {} }
  }
}

interface EdgeError {
  readonly status: string
  readonly reason: string
  readonly message: string
}

const unauthorized: EdgeError = {
  status: 'Unauthorized',
  reason: 'Access credentials are not sufficient to access this resource.',
  message: 'The request could not be authorized',
}

const tooManyRequests: EdgeError = {
  status: 'Too Many Requests',
  reason: 'Project rate limit exceeded, please retry later.',
  message: 'Too many requests',
}

function edgeError(code: number, error: EdgeError): Answer {
  return { status: code, json: { error: { code, request: crypto.randomUUID(), ...error } } }
}

interface Window {
  readonly seconds: number
  readonly limit: number
  startedAt: number
  used: number
}

function newBucket({ perSecond, perMinute }: RateLimit, now: () => number): () => Admission {
  const windows: readonly Window[] = [
    { seconds: 1, limit: perSecond, startedAt: 0, used: 0 },
    { seconds: 60, limit: perMinute, startedAt: 0, used: 0 },
  ]
  return () => {
    for (const window of windows) restart(window, now())
    const spent = windows.some(({ used, limit }) => used >= limit)
    if (!spent) for (const window of windows) window.used += 1
    const headers = rateHeaders(windows, now())
    return spent ? { headers, refusal: edgeError(429, tooManyRequests) } : { headers }
  }
}

function restart(window: Window, at: number): void {
  if (at - window.startedAt < window.seconds * 1000) return
  window.startedAt = at
  window.used = 0
}

/** The window with the least left speaks for the bucket; of the second that is running nothing is said, so that a bucket of one second says 0. */
function rateHeaders(windows: readonly Window[], at: number): Record<string, string> {
  const [first] = windows.toSorted((a, b) => a.limit - a.used - (b.limit - b.used))
  if (!first) return {}
  const endsInMs = first.startedAt + first.seconds * 1000 - at
  const policy = windows.map(({ limit, seconds }) => `${limit};w=${seconds}`)
  return {
    'x-ratelimit-limit': [String(first.limit), ...policy].join(', '),
    'x-ratelimit-remaining': String(first.limit - first.used),
    'x-ratelimit-reset': String(Math.ceil(endsInMs / 1000) - 1),
  }
}
