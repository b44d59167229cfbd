import { type LapseError, OryApiError } from '../errors.ts'
import { isSuccess } from './answer.ts'
import { errorOf, isKeyRefused } from './answer-error.ts'
import { type CallKey, noKey, takeKey } from './call-key.ts'
import type { CompiledOperation } from './compile.ts'
import type { CallOptions, Settings } from './options.ts'
import type { Pace, PacedAttempt, PacedOutcome, Slot } from './pace.ts'
import type { WireRequest } from './request.ts'
import { createScrub } from './scrub.ts'
import type { Side } from './side.ts'
import { type Answer, attempt, isAnswer, type NoAnswer } from './transport/attempt.ts'
import { wait } from './transport/clock.ts'
import {
  failureOf,
  isBrokenOff,
  isWithoutConnection,
  mayHaveBeenSeen,
} from './transport/failure.ts'
import { serverDelayMs, usedUpForMs } from './transport/rate-limit.ts'
import { delayMs, maySendAgain } from './transport/retry.ts'

/** A call that is ready to be sent. */
export interface Exchange {
  readonly compiled: CompiledOperation
  readonly parameters: unknown
  readonly repeatable: boolean
  readonly wire: WireRequest
  readonly side: Side
  readonly settings: Settings
  readonly options: CallOptions
}

const writeHeaders = (wire: WireRequest, key: string | undefined): string[] => {
  const headers = ['accept', 'application/json']
  if (key !== undefined) headers.push('authorization', `Bearer ${key}`)
  if (wire.contentType !== undefined) headers.push('content-type', wire.contentType)

  headers.push(...wire.headers)

  return headers
}

const requestOf = ({ compiled, wire, side }: Exchange, headers: string[]) => ({
  origin: side.origin,
  path: wire.path,
  method: compiled.data.method,
  headers,
  body: wire.body ?? null,
})

const sameForAll: readonly (string | undefined)[] = ['accept', 'content-type']

/** What the headers gave away: credentials and cookies, whole and in their parts. */
const sentIn = (headers: readonly string[]): readonly string[] =>
  headers
    .filter((_, index) => index % 2 === 1 && !sameForAll.includes(headers[index - 1]))
    .flatMap((value) => [value, ...value.split(/[\s;]+/).slice(1)])

/** What one attempt came to, and what it was made with. */
interface Attempted {
  readonly outcome: Answer | NoAnswer
  readonly headers: readonly string[]
  readonly timeoutMs: number
}

const paceOf = ({ options, settings }: Exchange): Pace | undefined => options.pace ?? settings.pace

const pacedAttempt = ({ compiled }: Exchange, deadline: number): PacedAttempt => ({
  operation: compiled.id,
  port: compiled.data.port,
  bucket: compiled.data.bucket,
  deadline,
})

/** Waits for a slot. Where the caller ends the wait, the attempt that follows says so. */
const takeTurn = async (call: Exchange, pace: Pace, deadline: number): Promise<void> => {
  const { clock } = call.settings
  for (let missed: Slot | undefined; ; ) {
    const slot = await pace.next(pacedAttempt(call, deadline), missed)
    if (slot === undefined) return
    const waitMs = slot.from - clock.now()
    if (waitMs > 0 && !(await wait(clock, waitMs, call.options.signal))) return
    if (clock.now() <= slot.until) return
    missed = slot
  }
}

/** A request that was given less time says nothing of a server that did not answer it, in milliseconds. */
const hangsAfterMs = 5000

const silenceOf = (lost: NoAnswer, timeoutMs: number): PacedOutcome['status'] => {
  if (isWithoutConnection(lost)) return 'no-connection'
  if (isBrokenOff(lost)) return 'broken-off'

  return lost.lost === 'timeout' && timeoutMs >= hangsAfterMs ? 'no-answer' : 'unknown'
}

const tellingOf = (
  outcome: Answer | NoAnswer,
  { timeoutMs }: Pick<Attempted, 'timeoutMs'>,
  nowMs: number,
): PacedOutcome => {
  if (!isAnswer(outcome)) return { status: silenceOf(outcome, timeoutMs) }
  const { status, headers } = outcome

  return {
    status,
    usedUpForMs: status === 429 ? (serverDelayMs(headers, nowMs) ?? 0) : usedUpForMs(headers),
  }
}

/**
 * One attempt. Where the key is refused nothing was done, so that the same request goes out again
 * at once with another key, as long as there is one, whatever the operation is.
 */
const attemptOnce = async (call: Exchange, key: CallKey, deadline: number): Promise<Attempted> => {
  const { compiled, settings, options, side, wire } = call
  const { clock, attemptTimeoutMs } = settings
  const pace = paceOf(call)
  for (;;) {
    if (pace !== undefined) await takeTurn(call, pace, deadline)
    const headers = writeHeaders(wire, key.value())
    const timeoutMs = Math.min(attemptTimeoutMs, deadline - clock.now())
    const bounds = { timeoutMs, signal: options.signal, clock }
    const outcome = await attempt(side.dispatcher, requestOf(call, headers), bounds)
    if (pace !== undefined)
      await pace.ended(pacedAttempt(call, deadline), tellingOf(outcome, bounds, clock.now()))
    const refused = isAnswer(outcome) && isKeyRefused(outcome, compiled.data)
    const goesOn = refused && (await key.replace()) && clock.now() < deadline
    if (!goesOn) return { outcome, headers, timeoutMs }
  }
}

const errorFor = (
  { compiled, parameters, side, settings }: Exchange,
  { outcome, headers, timeoutMs }: Attempted,
  mayHaveRun: boolean,
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
  { repeatable, settings: { retry, random } }: Exchange,
  error: LapseError,
  attempts: number,
): number | undefined => {
  if (attempts >= retry.maxAttempts || !maySendAgain(error, repeatable)) return undefined
  const asked = error instanceof OryApiError ? error.retryAfterMs : undefined
  // Waiting that long is for the queue, which holds no invocation meanwhile.
  if (asked !== undefined && asked > retry.askedCapMs) return undefined

  return delayMs(retry, attempts, asked, random)
}

/**
 * Sends a call until it succeeds, may not be sent again, or has run out of attempts or of time.
 * Where the caller ends it between two attempts, nothing is on its way: it ends as the last one did.
 *
 * @throws LapseError as `errors.ts` has them for Ory
 */
export const exchange = async (call: Exchange): Promise<Answer> => {
  const { compiled, settings, options, side } = call
  const { clock } = settings
  const deadline = clock.now() + (options.timeoutMs ?? settings.timeoutMs)
  const key = side.keys === undefined ? noKey : await takeKey(side.keys)
  let mayHaveRun = false
  let lastSeen: LapseError | undefined

  for (let attempts = 1; ; attempts += 1) {
    let attempted: Attempted
    try {
      attempted = await attemptOnce(call, key, deadline)
    } catch (error) {
      // No request was sent: the call has come to what the attempt before came to.
      throw lastSeen ?? error
    }
    const { outcome } = attempted
    if (isAnswer(outcome) && isSuccess(compiled.data, outcome.status)) {
      key.worked()
      return outcome
    }

    if (lastSeen !== undefined && neverBegan(outcome)) throw lastSeen
    // A later attempt may fail more clearly than an earlier one whose answer was lost.
    mayHaveRun ||= mayHaveRunBy(outcome)
    const error = errorFor(call, attempted, mayHaveRun)
    const waitMs = waitAfter(call, error, attempts)
    if (waitMs === undefined || clock.now() + waitMs >= deadline) throw error
    if (!(await wait(clock, waitMs, options.signal))) throw error
    lastSeen = error
  }
}
