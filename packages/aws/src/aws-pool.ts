import type { Dispatcher } from 'undici'
import Pool from 'undici/lib/dispatcher/pool.js'
import type { CallLimits } from './client-settings.ts'

/** Connections to a service of AWS, at the origin of a URL. */
export function awsPool(origin: string, { connectMs, answerMs }: CallLimits): Dispatcher {
  return new Pool(origin, {
    connections: 50,
    connectTimeout: connectMs,
    headersTimeout: answerMs,
    bodyTimeout: answerMs,
    allowH2: false,
  })
}
