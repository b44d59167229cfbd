import {
  type LapseError,
  OryAbortedError,
  OryConfigurationError,
  OryTransportError,
} from '../../errors.ts'
import type { NoAnswer } from './attempt.ts'

const connect = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
]
const reset = ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET']
const timeout = [
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]
const dns = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']
const tls =
  /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/

const codeOf = (error: unknown): string => {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''

  return typeof error.code === 'string' ? error.code : ''
}

/** Ended before there was a connection, or never begun. */
const neverWritten = [
  ...connect,
  ...dns,
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
]

/** Whether there was no connection to anybody at all. */
export const isWithoutConnection = ({ lost, started, error }: NoAnswer): boolean =>
  lost === 'failed' && !started && [...connect, 'UND_ERR_CONNECT_TIMEOUT'].includes(codeOf(error))

/** Whether the connection ended while somebody still waited for the answer. */
export const isBrokenOff = ({ lost, error }: NoAnswer): boolean =>
  lost === 'failed' && reset.includes(codeOf(error))

/**
 * Whether the server may have seen a request that was left without an answer. A dispatcher that
 * reports no start is believed only where the failure itself speaks of no connection.
 */
export const mayHaveBeenSeen = ({ lost, started, error }: NoAnswer): boolean => {
  if (started || lost !== 'failed') return started
  const code = codeOf(error)

  return !neverWritten.includes(code) && !tls.test(code)
}

/** The cause without what it may hold of the exchange: undici's parser keeps bytes of the answer, for one. */
const bareCause = (error: unknown, code: string): Error => {
  const name = error instanceof Error ? error.name : 'Error'
  const bare = new Error(code === '' ? name : code)

  return code === '' ? bare : Object.assign(bare, { code })
}

const transportReason = (code: string): OryTransportError['reason'] => {
  if (connect.includes(code)) return 'connect'
  if (reset.includes(code)) return 'reset'

  return timeout.includes(code) ? 'timeout' : 'unknown'
}

/** What was attempted, for the message. */
export interface Attempted {
  readonly origin: string
  readonly timeoutMs: number
  /** Whether this or an earlier attempt may have done the work. */
  readonly mayHaveRun: boolean
}

/** Turns the absence of an answer into an error. Its cause is only a code. */
export const failureOf = (
  operation: string,
  { lost, error }: NoAnswer,
  { origin, timeoutMs, mayHaveRun }: Attempted,
): LapseError => {
  if (lost === 'aborted') return new OryAbortedError(operation, { mayHaveRun })
  if (lost === 'timeout') {
    const message = `${origin} gave no answer within ${Math.round(timeoutMs)} ms`
    return new OryTransportError(operation, { reason: 'timeout', mayHaveRun, message })
  }

  const code = codeOf(error)
  const options = { cause: bareCause(error, code) }
  if (dns.includes(code)) {
    const temporary = code === 'EAI_AGAIN'
    const message = `the name in ${origin} cannot be looked up (${code})`
    return new OryConfigurationError(operation, 'dns', message, { ...options, temporary })
  }
  if (tls.test(code)) {
    const message = `${origin} offers no TLS connection that can be trusted (${code})`
    return new OryConfigurationError(operation, 'tls', message, options)
  }
  const reason = transportReason(code)
  const message = `${origin} gave no answer: ${code === '' ? reason : code}`

  return new OryTransportError(operation, { reason, mayHaveRun, message }, options)
}
