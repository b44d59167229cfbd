import type { AnswerHeaders } from './attempt.ts'

/** Every number a header holds, over its repetitions and commas, without a policy's `;w=` part. */
const numbersIn = (header: string | string[] | undefined): readonly number[] => {
  if (header === undefined) return []

  return [header]
    .flat()
    .join(',')
    .split(',')
    .map((item) => item.split(';')[0]?.trim() ?? '')
    .filter((item) => /^\d+(\.\d+)?$/.test(item))
    .map(Number)
}

/** The windows, in seconds, of the policies in a header such as `10, 10;w=1, 300;w=60`. */
const windowsIn = (header: string | string[] | undefined): readonly number[] =>
  header === undefined
    ? []
    : Array.from(
        [header]
          .flat()
          .join(',')
          .matchAll(/;\s*w=(\d+)/g),
        ([, seconds]) => Number(seconds),
      )

/**
 * Milliseconds until the exhausted bucket fills again, by `x-ratelimit-*`.
 *
 * The headers may be repeated, one for each bucket. Where `remaining` and `reset` pair up, only the
 * buckets with nothing left count; otherwise the longest wait does. No wait outlasts the longest
 * window that `limit` announces. 0 is a measured value: the bucket of a second resets within it.
 */
const rateLimitResetMs = (headers: AnswerHeaders): number | undefined => {
  const resets = numbersIn(headers['x-ratelimit-reset'])
  if (resets.length === 0) return undefined

  const remaining = numbersIn(headers['x-ratelimit-remaining'])
  const exhausted = resets.filter((_, index) => remaining[index] === 0)
  const paired = remaining.length === resets.length && exhausted.length > 0
  const seconds = Math.max(...(paired ? exhausted : resets))

  return Math.min(seconds, ...longestOf(windowsIn(headers['x-ratelimit-limit']))) * 1000
}

/**
 * How long a bucket has nothing left, in milliseconds, by the headers of an answer that was let
 * through; `undefined` where something is left. What resets within a second is said to reset in 0.
 */
export const usedUpForMs = (headers: AnswerHeaders): number | undefined => {
  const resets = numbersIn(headers['x-ratelimit-reset'])
  const remaining = numbersIn(headers['x-ratelimit-remaining'])
  const isUsedUp = resets.length > 0 && remaining.length === resets.length && remaining.includes(0)

  return isUsedUp ? Math.max(1000, rateLimitResetMs(headers) ?? 0) : undefined
}

const longestOf = (windows: readonly number[]): readonly number[] =>
  windows.length === 0 ? [] : [Math.max(...windows)]

/** Milliseconds that `Retry-After` asks for, as seconds or as an HTTP date, RFC 9110 section 10.2.3. */
const retryAfterHeaderMs = (headers: AnswerHeaders, nowMs: number): number | undefined => {
  const [text] = [headers['retry-after'] ?? []].flat()
  if (text === undefined) return undefined
  if (/^\s*\d+(\.\d+)?\s*$/.test(text)) return Number(text) * 1000

  const date = Date.parse(text)

  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}

/** How long the server asks us to wait, in milliseconds; `undefined` where it does not say. */
export const serverDelayMs = (headers: AnswerHeaders, nowMs: number): number | undefined => {
  const asked = [rateLimitResetMs(headers), retryAfterHeaderMs(headers, nowMs)].filter(
    (ms) => ms !== undefined,
  )

  return asked.length === 0 ? undefined : Math.max(...asked)
}
