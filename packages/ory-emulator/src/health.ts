import type { Answer, Port, Route } from './http.ts'
import type { Release } from './ory.ts'

/** What `GET /version` says of each profile. */
const versions: Readonly<Record<Release, string>> = { head: 'master', 'v26.2': 'v26.2.0' }

const ok: Answer = { status: 200, json: { status: 'ok' } }

function health(port: Port, prefix: string): readonly Route[] {
  return [
    { operation: 'isAlive', port, method: 'GET', path: `${prefix}/health/alive`, handle: () => ok },
    { operation: 'isReady', port, method: 'GET', path: `${prefix}/health/ready`, handle: () => ok },
  ]
}

/** The routes a probe asks; the version is told on the admin port only. */
export const healthRoutes: readonly Route[] = [
  ...health('public', ''),
  ...health('admin', '/admin'),
  {
    operation: 'getVersion',
    port: 'admin',
    method: 'GET',
    path: '/admin/version',
    handle: (_request, { settings }) => ({
      status: 200,
      json: { version: versions[settings.profile] },
    }),
  },
]
