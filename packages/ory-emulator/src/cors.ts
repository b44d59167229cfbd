import type { IncomingMessage } from 'node:http'
import { fromRow } from './clients/client-row.ts'
import { preflightRoutes } from './preflight.ts'
import type { State } from './state.ts'

type Headers = Readonly<Record<string, string>>

const paths: ReadonlySet<string> = new Set(preflightRoutes.map(({ path }) => path))

/**
 * The CORS headers for a request to the endpoints that Hydra opens to pages, where its origin is in
 * the `allowed_cors_origins` of a client as it stands there; `undefined` for every other.
 */
export function corsOf(
  { clients }: Pick<State, 'clients'>,
  { headers, url = '' }: IncomingMessage,
): Headers | undefined {
  const origin = headers.origin?.toLowerCase()
  if (origin === undefined || !paths.has(url.split('?', 1)[0] ?? '')) return undefined
  const isListed = [...clients.values()].some((row) =>
    fromRow(row).allowed_cors_origins?.includes(origin),
  )
  return isListed ? headersFor(origin) : undefined
}

function headersFor(origin: string): Headers {
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Allow-Methods': 'GET, POST',
    'Access-Control-Allow-Headers': 'Accept, Authorization, Content-Type',
    Vary: 'Origin',
  }
}
