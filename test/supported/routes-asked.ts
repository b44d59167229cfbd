import type { LoggedRequest } from '@lapse/ory-emulator'
import type { Port } from '../../packages/ory-emulator/src/http.ts'
import type { Release } from '../../packages/ory-emulator/src/ory.ts'
import { routedPath } from '../../packages/ory-emulator/src/paths.ts'
import { newRouter } from '../../packages/ory-emulator/src/router.ts'
import { routesOf } from '../../packages/ory-emulator/src/routes.ts'
import { nameOf } from './coverage.ts'

/** How often each route was asked, by its name. */
export type Asked = ReadonlyMap<string, number>

/** Finds the routes of logged requests: the log knows operations, of which some have several. */
export function newCounter(release: Release): (requests: readonly LoggedRequest[]) => Asked {
  const routerOf = (port: Port) =>
    newRouter(routesOf(release).filter((route) => route.port === port))
  const routers = { admin: routerOf('admin'), public: routerOf('public') }
  return (requests) => {
    const asked = new Map<string, number>()
    for (const { operation, port, method, path } of requests) {
      if (operation === undefined) continue
      const routing = { addsAdminPrefix: port === 'admin', keepsEscapes: release === 'head' }
      const route = routers[port].match(method, routedPath(path, routing))?.route
      if (route === undefined) throw new Error(`${method} ${path} has no route on the ${port} port`)
      asked.set(nameOf(route), (asked.get(nameOf(route)) ?? 0) + 1)
    }
    return asked
  }
}

/** What was asked besides. */
export function without(asked: Asked, other: Asked): Asked {
  const left = Array.from(asked, ([name, count]) => [name, count - (other.get(name) ?? 0)] as const)
  return new Map(left.filter(([, count]) => count > 0))
}

/** Who asked each route, with commas between: first whoever asked for little else. */
export function byRoute(asked: ReadonlyMap<string, Asked>): ReadonlyMap<string, string> {
  const shares = new Map<string, [name: string, share: number][]>()
  for (const [name, counts] of asked) {
    const total = counts.values().reduce((sum, count) => sum + count, 0)
    for (const [route, count] of counts) {
      shares.set(route, [...(shares.get(route) ?? []), [name, count / total]])
    }
  }
  const names = (found: readonly [string, number][]) =>
    found
      .toSorted(([a, x], [b, y]) => y - x || a.localeCompare(b))
      .map(([name]) => name)
      .join(', ')
  return new Map(Array.from(shares, ([route, found]) => [route, names(found)]))
}
