import type { Dispatcher } from 'undici'
import Pool from 'undici/lib/dispatcher/pool.js'
import type { CallLimits } from './client-settings.ts'

/**
 * Connections to a service of AWS, at the origin of a URL. How long an answer may take is for whoever
 * sends a request to say: undici looks at its own limits every half second, and gives up a second late.
 */
export function awsPool(origin: string, { connectMs }: CallLimits): Dispatcher {
  return new Pool(origin, {
    connections: 50,
    connectTimeout: connectMs,
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  })
}
