import type { Dispatcher } from 'undici'
import { ConfigError } from '../errors.ts'
import type { Pace } from './pace.ts'
import type { OryClock } from './transport/clock.ts'
import { systemClock } from './transport/clock.ts'
import { defaultRetry, type RetryPolicy } from './transport/retry.ts'

/** Where Ory Network's key comes from when it may be replaced while the client lives. */
export interface ApiKeys {
  /** The key to begin a call with. */
  readonly current: () => Promise<string>
  /**
   * A key that may be accepted where these were refused; `undefined` where none is known. Never
   * rejects: that the key was refused is what the call has to end with.
   */
  readonly another: (refused: readonly string[]) => Promise<string | undefined>
  /** Told of a key given by `another` that was accepted. */
  readonly worked: (key: string) => void
}

/** How to reach Ory. There is no default host. */
export interface OryOptions {
  /** The base URL of the admin side; a path in it is kept. */
  readonly adminUrl: string | URL
  /** The base URL of the public side; without it the public operations throw a `ConfigError`. */
  readonly publicUrl?: string | URL | undefined
  /**
   * Ory Network's API key, or where it comes from: a call whose key is refused with 401 is sent
   * again with another. Sent to the admin side only. A self-hosted Ory has none.
   */
  readonly apiKey?: string | ApiKeys | undefined
  /** Any undici dispatcher, instead of a pool of our own for each side. It is never closed here. */
  readonly dispatcher?: Dispatcher | undefined
  /** The most connections to each side; 50. */
  readonly connections?: number | undefined
  /** For a whole call with its retries, in milliseconds; 75 000. */
  readonly timeoutMs?: number | undefined
  /** For one attempt of it, in milliseconds; 12 000, which is longer than Ory writes an answer. */
  readonly attemptTimeoutMs?: number | undefined
  readonly retry?: Partial<RetryPolicy> | undefined
  /** The most pages that iterating a list asks for before it throws; 1000. */
  readonly maxPages?: number | undefined
  /** When requests are sent; at once where nothing is said. */
  readonly pace?: Pace | undefined
  readonly clock?: OryClock | undefined
  /** A number from 0 up to but not including 1. */
  readonly random?: (() => number) | undefined
}

/** For one call. */
export interface CallOptions {
  /**
   * Ends the call, its waiting included: with an `OryAbortedError`, or with what the last attempt
   * came to where none was under way.
   */
  readonly signal?: AbortSignal | undefined
  /** For the whole call with its retries, in milliseconds, instead of the client's. */
  readonly timeoutMs?: number | undefined
  /** Instead of the client's. */
  readonly pace?: Pace | undefined
}

/** Options with every default in place. */
export interface Settings {
  readonly connections: number
  readonly timeoutMs: number
  readonly attemptTimeoutMs: number
  readonly retry: RetryPolicy
  readonly maxPages: number
  readonly pace: Pace | undefined
  readonly clock: OryClock
  readonly random: () => number
}

const positive = (name: string, value: number): number => {
  if (typeof value === 'number' && value > 0) return value

  throw new ConfigError(`${name} must be a number above 0`)
}

const readRetry = (given: Partial<RetryPolicy> = {}): RetryPolicy => ({
  maxAttempts: positive('retry.maxAttempts', given.maxAttempts ?? defaultRetry.maxAttempts),
  floorMs: given.floorMs ?? defaultRetry.floorMs,
  baseMs: positive('retry.baseMs', given.baseMs ?? defaultRetry.baseMs),
  capMs: positive('retry.capMs', given.capMs ?? defaultRetry.capMs),
  askedCapMs: given.askedCapMs ?? defaultRetry.askedCapMs,
})

/** Puts the defaults in place. @throws ConfigError where a number is none that can be used. */
export const readSettings = (options: OryOptions): Settings => ({
  connections: positive('connections', options.connections ?? 50),
  timeoutMs: positive('timeoutMs', options.timeoutMs ?? 75_000),
  attemptTimeoutMs: positive('attemptTimeoutMs', options.attemptTimeoutMs ?? 12_000),
  retry: readRetry(options.retry),
  maxPages: positive('maxPages', options.maxPages ?? 1000),
  pace: options.pace,
  clock: options.clock ?? systemClock,
  random: options.random ?? Math.random,
})

const outsideKey = /[^\x21-\x7e]/

/** Whether a text can be an API key: there is one, and it has no space, line break or the like. */
export const isApiKey = (text: string): boolean => text !== '' && !outsideKey.test(text)

/** Checks an API key, whose value no message ever holds. */
export const checkApiKey = (key: unknown): string => {
  if (typeof key !== 'string' || key === '')
    throw new ConfigError('apiKey is empty: leave it out for an Ory without keys')
  if (outsideKey.test(key)) {
    throw new ConfigError('apiKey holds a space, a line break or another character no key has')
  }

  return key
}
