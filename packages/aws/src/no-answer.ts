import type { NoAnswer } from '@lapse/core/transport'

const timeouts = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])

/** Why there is no answer, under the names that AWS's clients and Node have for it. */
export function failureIn({ lost, error }: NoAnswer): unknown {
  const { code, message } = Object(error) as { readonly code?: unknown; readonly message?: string }
  if (lost === 'aborted') return named('AbortError', 'Request aborted', error)
  if (lost === 'timeout' || timeouts.has(String(code)))
    return named('TimeoutError', message ?? lost, error)
  if (code === 'UND_ERR_SOCKET')
    return Object.assign(new Error(message, { cause: error }), { code: 'ECONNRESET' })
  return error
}

function named(name: string, message: string, cause: unknown): Error {
  return Object.assign(new Error(message, { cause }), { name })
}
