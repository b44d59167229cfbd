import type { LapseError } from '../errors.ts'
import { untilAgain } from './again.ts'
import { isSuccess, readAnswer } from './answer.ts'
import { type CallKey, noKey, takeKey } from './call-key.ts'
import type { CompiledOperation } from './compile.ts'
import type { MethodTerms } from './derived.ts'
import { type AnyOperation, isRepeatableBy, type UncheckedParameters } from './operation.ts'
import type { CallOptions, Settings } from './options.ts'
import { type WireRequest, writeRequest } from './request.ts'
import type { Side } from './side.ts'
import { type Answer, attempt, isAnswer, type NoAnswer } from './transport/attempt.ts'
import { takeTurn, tellTurn } from './turn.ts'

/** A call as it was asked for. */
export interface Asked {
  readonly operation: AnyOperation
  readonly compiled: CompiledOperation
  readonly parameters: UncheckedParameters
  readonly options: CallOptions
}

/** A call under way. */
export interface Exchange extends Asked {
  readonly repeatable: boolean
  readonly side: Side
  readonly settings: Settings
  readonly key: CallKey
  /** When it has to have ended, in milliseconds since the epoch. */
  readonly deadline: number
  /** How many attempts were no success. */
  failed: number
  /** Whether one of them may have done the work. */
  mayHaveRun: boolean
  /** What the last one came to. */
  lastSeen: LapseError | undefined
}

/** What one attempt came to, and what it was made with. */
export interface Attempted {
  readonly outcome: Answer | NoAnswer
  readonly headers: readonly string[]
  readonly timeoutMs: number
}

const writeHeaders = (wire: WireRequest, key: string | undefined): string[] => {
  const headers = ['accept', 'application/json']
  if (key !== undefined) headers.push('authorization', `Bearer ${key}`)
  if (wire.contentType !== undefined) headers.push('content-type', wire.contentType)

  headers.push(...wire.headers)

  return headers
}

/**
 * Makes a call: checks and writes its request, and sends it until it succeeds, may not be sent
 * again, or has run out of attempts or of time. Of all that may go wrong nothing is made before it
 * does.
 *
 * @throws LapseError as `errors.ts` has them for Ory
 */
export const exchange = async (terms: MethodTerms, asked: Asked): Promise<unknown> => {
  const { operation, compiled, parameters, options } = asked
  const { settings } = terms
  const { clock } = settings
  const wire = writeRequest(compiled, parameters)
  const side = terms.sideOf(compiled.id, operation)
  const pace = options.pace ?? settings.pace
  const deadline = clock.now() + (options.timeoutMs ?? settings.timeoutMs)
  const call: Exchange = {
    operation,
    compiled,
    parameters,
    options,
    repeatable: isRepeatableBy(operation, parameters),
    side,
    settings,
    key: side.keys === undefined ? noKey : await takeKey(side.keys),
    deadline,
    failed: 0,
    mayHaveRun: false,
    lastSeen: undefined,
  }

  for (;;) {
    if (pace !== undefined) await takeTurn(call, pace)
    const headers = writeHeaders(wire, call.key.value())
    const timeoutMs = Math.min(settings.attemptTimeoutMs, deadline - clock.now())
    const outcome = await attempt(
      side.dispatcher,
      {
        origin: side.origin,
        path: wire.path,
        method: operation.method,
        headers,
        body: wire.body ?? null,
      },
      { timeoutMs, signal: options.signal, clock },
    )
    if (pace !== undefined) await tellTurn(call, pace, outcome)
    if (isAnswer(outcome) && isSuccess(operation, outcome.status)) {
      call.key.worked()
      return readAnswer(compiled.id, operation, outcome, parameters)
    }
    await untilAgain(call, { outcome, headers, timeoutMs })
  }
}
