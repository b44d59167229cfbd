import { untilAgain } from './again.ts'
import { isSuccess, readAnswer } from './answer.ts'
import type { Call, CallTerms } from './call.ts'
import { noKey, takeKey } from './call-key.ts'
import type { CompiledOperation } from './compile.ts'
import { isRepeatableBy, type UncheckedParameters } from './operation.ts'
import type { CallOptions } from './options.ts'
import { type WireRequest, writeRequest } from './request.ts'
import { attempt, isAnswer } from './transport/attempt.ts'
import { takeTurn, tellTurn } from './turn.ts'

const writeHeaders = (wire: WireRequest, key: string | undefined): string[] => {
  const headers = ['accept', 'application/json']
  if (key !== undefined) headers.push('authorization', `Bearer ${key}`)
  if (wire.contentType !== undefined) headers.push('content-type', wire.contentType)

  headers.push(...wire.headers)

  return headers
}

const requestOf = ({ compiled, side }: Call, wire: WireRequest, headers: string[]) => ({
  origin: side.origin,
  path: wire.path,
  method: compiled.data.method,
  headers,
  body: wire.body ?? null,
})

/**
 * Makes a call: checks and writes its request, sends it until it succeeds, may not be sent again, or
 * has run out of attempts or of time, and reads the answer.
 *
 * @throws LapseError as `errors.ts` has them for Ory
 */
export const exchange = async (
  { settings, sideOf }: CallTerms,
  compiled: CompiledOperation,
  parameters: UncheckedParameters,
  options: CallOptions,
): Promise<unknown> => {
  const { id, data } = compiled
  const { clock } = settings
  const { signal, pace = settings.pace } = options
  const wire = writeRequest(compiled, parameters)
  const side = sideOf(id, data)
  const repeatable = isRepeatableBy(data, parameters)
  const deadline = clock.now() + (options.timeoutMs ?? settings.timeoutMs)
  const key = side.keys === undefined ? noKey : await takeKey(side.keys)
  const call: Call = {
    compiled,
    parameters,
    options,
    settings,
    side,
    key,
    repeatable,
    deadline,
    failed: 0,
    mayHaveRun: false,
    lastSeen: undefined,
  }

  for (;;) {
    if (pace !== undefined) await takeTurn(call, pace)
    const headers = writeHeaders(wire, key.value())
    const timeoutMs = Math.min(settings.attemptTimeoutMs, deadline - clock.now())
    const request = requestOf(call, wire, headers)
    const outcome = await attempt(side.dispatcher, request, { timeoutMs, signal, clock })
    if (pace !== undefined) await tellTurn(call, pace, { outcome, timeoutMs })
    if (isAnswer(outcome) && isSuccess(data, outcome.status)) {
      key.worked()
      return readAnswer(id, data, outcome, parameters)
    }
    await untilAgain(call, { outcome, headers, timeoutMs })
  }
}
