import type { NoAnswer } from '@lapse/core/transport'

const timeouts = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])

/**
 * Why there is no answer, under the names that AWS's clients and Node have for it. Nothing else is
 * kept of what undici says: errors of its parser hold bytes of the answer, which may be a secret.
 */
export function failureIn({ lost, error }: NoAnswer): Error {
  const { name = 'Error', message = lost, code } = Object(error) as Partial<NodeJS.ErrnoException>
  if (lost === 'aborted') return named('AbortError', 'Request aborted')
  if (lost === 'timeout' || timeouts.has(String(code))) return named('TimeoutError', message)
  if (code === 'UND_ERR_SOCKET') return Object.assign(new Error(message), { code: 'ECONNRESET' })
  return Object.assign(named(name, message), code === undefined ? {} : { code })
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name })
}
