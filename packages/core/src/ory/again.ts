import { type LapseError, OryApiError } from '../errors.ts'
import { errorOf, isKeyRefused } from './answer-error.ts'
import type { Attempted, Call } from './call.ts'
import { createScrub } from './scrub.ts'
import { type Answer, isAnswer, type NoAnswer } from './transport/attempt.ts'
import { wait } from './transport/clock.ts'
import { failureOf, mayHaveBeenSeen } from './transport/failure.ts'
import { delayMs, maySendAgain } from './transport/retry.ts'

const sameForAll: readonly (string | undefined)[] = ['accept', 'content-type']

/** What the headers gave away: credentials and cookies, whole and in their parts. */
const sentIn = (headers: readonly string[]): readonly string[] =>
  headers
    .filter((_, index) => index % 2 === 1 && !sameForAll.includes(headers[index - 1]))
    .flatMap((value) => [value, ...value.split(/[\s;]+/).slice(1)])

const errorFor = (
  { compiled, parameters, side, settings, mayHaveRun }: Call,
  { outcome, headers, timeoutMs }: Attempted,
): LapseError => {
  if (!isAnswer(outcome))
    return failureOf(compiled.id, outcome, { origin: side.origin, timeoutMs, mayHaveRun })

  return errorOf(outcome, {
    operation: compiled.id,
    data: compiled.data,
    origin: side.origin,
    prefix: side.prefix,
    nowMs: settings.clock.now(),
    mayHaveRun,
    scrub: () => createScrub([parameters, sentIn(headers)]),
  })
}

/** Whether one attempt without success may have done the work: a server that gave up, or no answer. */
const mayHaveRunBy = (outcome: Answer | NoAnswer): boolean =>
  isAnswer(outcome) ? outcome.status >= 499 : mayHaveBeenSeen(outcome)

/** Whether the caller ended an attempt of which no byte was written. */
const neverBegan = (outcome: Answer | NoAnswer): boolean =>
  !isAnswer(outcome) && outcome.lost === 'aborted' && !outcome.started

/** The wait before the next attempt; `undefined` where there is to be none. */
const waitAfter = (
  { repeatable, failed, settings: { retry, random } }: Call,
  error: LapseError,
): number | undefined => {
  if (failed >= retry.maxAttempts || !maySendAgain(error, repeatable)) return undefined
  const asked = error instanceof OryApiError ? error.retryAfterMs : undefined
  // Waiting that long is for the queue, which holds no invocation meanwhile.
  if (asked !== undefined && asked > retry.askedCapMs) return undefined

  return delayMs(retry, failed, asked, random)
}

/**
 * Where the key is refused nothing was done, so that the same request goes out again at once with
 * another key, as long as there is one, whatever the operation is.
 */
const hasAnotherKey = async (call: Call, outcome: Answer | NoAnswer): Promise<boolean> => {
  const { compiled, key, settings, deadline, lastSeen } = call
  if (!isAnswer(outcome) || !isKeyRefused(outcome, compiled.data)) return false
  try {
    return (await key.replace()) && settings.clock.now() < deadline
  } catch (error) {
    throw lastSeen ?? error
  }
}

/**
 * Waits until a call whose attempt was no success may be sent again. Where the caller ends it
 * between two attempts, nothing is on its way: it ends as the last one did.
 *
 * @throws LapseError what the call has come to where it may not be sent again, or has run out of
 * attempts or of time
 */
export const untilAgain = async (call: Call, attempted: Attempted): Promise<void> => {
  const { clock } = call.settings
  const { outcome } = attempted
  if (await hasAnotherKey(call, outcome)) return

  if (call.lastSeen !== undefined && neverBegan(outcome)) throw call.lastSeen
  call.failed += 1
  // A later attempt may fail more clearly than an earlier one whose answer was lost.
  call.mayHaveRun ||= mayHaveRunBy(outcome)
  const error = errorFor(call, attempted)
  const waitMs = waitAfter(call, error)
  if (waitMs === undefined || clock.now() + waitMs >= call.deadline) throw error
  if (!(await wait(clock, waitMs, call.options.signal))) throw error
  call.lastSeen = error
}
