import { type LapseError, OryAbortedError, OryApiError } from '../errors.ts'
import { isSuccess } from './answer.ts'
import { errorOf } from './answer-error.ts'
import type { CompiledOperation } from './compile.ts'
import type { CallOptions, Settings } from './options.ts'
import type { WireRequest } from './request.ts'
import { createScrub } from './scrub.ts'
import type { Side } from './side.ts'
import { type Answer, attempt, isAnswer, type NoAnswer } from './transport/attempt.ts'
import { wait } from './transport/clock.ts'
import { failureOf, mayHaveBeenSeen } from './transport/failure.ts'
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

const errorFor = (
  { compiled, parameters, side, settings }: Exchange,
  outcome: Answer | NoAnswer,
  attempted: {
    readonly headers: readonly string[]
    readonly timeoutMs: number
    readonly mayHaveRun: boolean
  },
): LapseError => {
  const { headers, timeoutMs, mayHaveRun } = attempted
  if (!isAnswer(outcome))
    return failureOf(compiled.id, outcome, { origin: side.origin, timeoutMs, mayHaveRun })

  return errorOf(outcome, {
    operation: compiled.id,
    data: compiled.data,
    origin: side.origin,
    nowMs: settings.clock.now(),
    mayHaveRun,
    scrub: () => createScrub([parameters, sentIn(headers)]),
  })
}

/** Whether one attempt without success may have done the work: a server that gave up, or no answer. */
const mayHaveRunBy = (outcome: Answer | NoAnswer): boolean =>
  isAnswer(outcome) ? outcome.status >= 499 : mayHaveBeenSeen(outcome)

/**
 * Sends a call until it succeeds, may not be sent again, or has run out of attempts or of time.
 *
 * @throws LapseError as `errors.ts` has them for Ory
 */
export const exchange = async (call: Exchange): Promise<Answer> => {
  const { compiled, settings, options, side } = call
  const { clock, random, retry, attemptTimeoutMs } = settings
  const { signal } = options
  const deadline = clock.now() + (options.timeoutMs ?? settings.timeoutMs)
  const headers = await side.headersOf(call.wire)
  const request = requestOf(call, headers)
  let mayHaveRun = false

  for (let attempts = 1; ; attempts += 1) {
    const timeoutMs = Math.min(attemptTimeoutMs, deadline - clock.now())
    const outcome = await attempt(side.dispatcher, request, { timeoutMs, signal, clock })
    if (isAnswer(outcome) && isSuccess(compiled.data, outcome.status)) return outcome

    // A later attempt may fail more clearly than an earlier one whose answer was lost.
    mayHaveRun ||= mayHaveRunBy(outcome)
    const error = errorFor(call, outcome, { headers, timeoutMs, mayHaveRun })
    if (attempts >= retry.maxAttempts || !maySendAgain(error, call.repeatable)) throw error

    const asked = error instanceof OryApiError ? error.retryAfterMs : undefined
    const waitMs = delayMs(retry, attempts, asked, random)
    if (clock.now() + waitMs >= deadline) throw error
    if (!(await wait(clock, waitMs, signal))) {
      throw new OryAbortedError(compiled.id, { mayHaveRun })
    }
  }
}
