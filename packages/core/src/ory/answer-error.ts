import { type LapseError, OryApiError, OryConfigurationError } from '../errors.ts'
import {
  isRowMissing,
  isSerializationConflict,
  type ParsedErrorBody,
  parseErrorBody,
} from './error-body.ts'
import type { OperationData } from './operation.ts'
import type { Answer } from './transport/attempt.ts'
import { serverDelayMs } from './transport/rate-limit.ts'

/** What it takes to judge an answer that is no success. */
export interface AnswerContext {
  readonly operation: string
  readonly data: OperationData
  /** The origin that answered. */
  readonly origin: string
  readonly nowMs: number
  /** Whether this or an earlier attempt may have done the work. */
  readonly mayHaveRun: boolean
  /** Takes out of a text what was sent. Made only when it is needed. */
  readonly scrub: () => (text: string) => string
}

const temporaryStatuses: ReadonlySet<number> = new Set([408, 429, 499])
/** Not implemented, HTTP version not supported: no later attempt changes these. */
const permanentServerErrors: ReadonlySet<number> = new Set([501, 505])

const isRetryable = (status: number, data: OperationData, body: ParsedErrorBody): boolean => {
  if (status === 400) return isSerializationConflict(body)
  // Ory answers every patch it cannot apply with 500.
  if (status === 500 && data.method === 'PATCH') return false
  if (status >= 500) return !permanentServerErrors.has(status)

  return temporaryStatuses.has(status)
}

const configurationProblem = (
  status: number,
  { data, origin }: AnswerContext,
  body: ParsedErrorBody,
): [OryConfigurationError['reason'], string] | undefined => {
  if (status >= 300 && status < 400) {
    return [
      'redirected',
      `${origin} redirects (${status}): the URL is not that of Ory's ${data.port} side`,
    ]
  }
  if (status === 404 && body.shape !== 'handler') {
    return [
      'route-not-found',
      `${origin} does not know the route (404): check the ${data.port} URL`,
    ]
  }
  if (status === 404 && !isRowMissing(body)) {
    return ['route-not-found', `${origin} answered 404, but not as Ory does for a missing row`]
  }
  if (data.port !== 'admin') return undefined
  // An expired challenge is a 401 as well, and nothing is wrong with our deployment.
  if (status === 401 && body.error !== 'request_unauthorized') {
    return ['unauthorized', `${origin} does not accept the key (401): check apiKey`]
  }

  return status === 403
    ? ['forbidden', `${origin} does not let the key do this (403): check apiKey and its project`]
    : undefined
}

/** Turns an answer that is no success into the error that says what to do about it. */
export const errorOf = ({ status, text, headers }: Answer, context: AnswerContext): LapseError => {
  const { operation, data, nowMs, mayHaveRun, scrub } = context
  const body = parseErrorBody(text)
  const problem = configurationProblem(status, context, body)
  if (problem !== undefined) return new OryConfigurationError(operation, ...problem, { status })

  const clean = scrub()

  return new OryApiError(operation, {
    status,
    body: {
      ...(body.error !== undefined && { error: clean(body.error) }),
      ...(body.error_description !== undefined && {
        error_description: clean(body.error_description),
      }),
    },
    retryable: isRetryable(status, data, body),
    rowMissing: status === 404,
    retryAfterMs: serverDelayMs(headers, nowMs),
    mayHaveRun,
  })
}
