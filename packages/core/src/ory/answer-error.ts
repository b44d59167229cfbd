import { type LapseError, OryApiError, OryConfigurationError, OryResponseError } from '../errors.ts'
import {
  isIdOfNobody,
  isMissingAt,
  isSerializationConflict,
  type ParsedErrorBody,
  parseErrorBody,
} from './error-body.ts'
import type { OperationData } from './operation.ts'
import type { Answer } from './transport/attempt.ts'
import { serverDelayMs } from './transport/rate-limit.ts'

/** What it takes to judge an answer that is not a success. */
export interface AnswerContext {
  readonly operation: string
  readonly data: OperationData
  /** The origin that answered. */
  readonly origin: string
  /** The path in front of every operation's. */
  readonly prefix: string
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

/** What servers say to a plain HTTP request on a TLS port: Go's, and nginx. */
const plainOnTls = /HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port/

type Problem = readonly [OryConfigurationError['reason'], string, { readonly asked?: string }?]

/**
 * What is likely to be wrong with a URL whose route is not known: it ends in what every path of that
 * side begins with, mostly `/admin`.
 */
const adviceOnRoute = ({ data, prefix }: AnswerContext): string => {
  const [, last = ''] = /(\/[^/]+)$/.exec(prefix) ?? []

  return last !== '' && data.path.startsWith(`${last}/`)
    ? `${last} at the end of the ${data.port} URL is one too many`
    : `check the ${data.port} URL`
}

/** The wrong server, route or scheme, whichever side and whatever the key. */
const problemWithUrl = (
  { status, text }: Answer,
  context: AnswerContext,
  body: ParsedErrorBody,
): Problem | undefined => {
  const { data, origin, prefix } = context
  if (status >= 300 && status < 400) {
    return ['redirected', `${origin} redirects (${status}): the ${data.port} URL is not Ory's own`]
  }
  const noRoute = status === 404 ? !isMissingAt(data.port, body) : status === 405
  if (noRoute) {
    const asked = `${origin}${prefix}${data.path}`
    const problem = `${asked} is not a route there (${status}): ${adviceOnRoute(context)}`
    return ['route-not-found', problem, { asked }]
  }
  if (status === 400 && body.shape === 'unknown' && plainOnTls.test(text)) {
    return ['tls', `${origin} speaks TLS: the ${data.port} URL must begin with https://`]
  }

  return undefined
}

/** Whether an answer says that the key is not accepted, and so that nothing was done. */
export const isKeyRefused = ({ status, text }: Answer, { port }: OperationData): boolean =>
  // An expired challenge is a 401 as well, and nothing is wrong with our deployment.
  status === 401 && port !== 'public' && parseErrorBody(text).error !== 'request_unauthorized'

const problemWithKey = (answer: Answer, { data, origin }: AnswerContext): Problem | undefined => {
  if (isKeyRefused(answer, data)) {
    return ['unauthorized', `${origin} does not accept the key (401): check apiKey`]
  }

  return data.port !== 'public' && answer.status === 403
    ? ['forbidden', `${origin} does not let the key do this (403): check apiKey and its project`]
    : undefined
}

/** Turns an answer that is not a success into the error that says what to do about it. */
export const errorOf = (answer: Answer, context: AnswerContext): LapseError => {
  const { status, text, headers } = answer
  const { operation, data, nowMs, mayHaveRun, scrub } = context
  if (status < 300) {
    return new OryResponseError(operation, status, 'that is not a status it succeeds with')
  }
  const body = parseErrorBody(text)
  const problem = problemWithUrl(answer, context, body) ?? problemWithKey(answer, context)
  if (problem !== undefined) {
    const [reason, message, more] = problem
    return new OryConfigurationError(operation, reason, message, { status, ...more })
  }

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
    rowMissing: status === 404 || (status === 400 && isIdOfNobody(data.port, body)),
    retryAfterMs: serverDelayMs(headers, nowMs),
    mayHaveRun,
  })
}
