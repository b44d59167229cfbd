import { decodePercent, textOfBytes } from './go/percent.ts'
import type { Route } from './http.ts'

export interface Match {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

export interface Router {
  match(method: string, path: string): Match | undefined
  /** What the path may be asked with, in alphabetical order; empty where there is no such path. */
  methods(path: string): readonly string[]
}

interface Node {
  readonly literals: Map<string, Node>
  readonly routes: Map<string, Route>
  parameter: { readonly name: string; readonly node: Node } | undefined
}

/** Finds routes by their templates, as Go's mux does: by decoded segment, and an empty one is not a parameter. */
export function newRouter(routes: readonly Route[]): Router {
  const root = newNode()
  for (const route of routes) place(root, route)

  const walk = (path: string, params: Record<string, string> = {}) =>
    segmentsOf(path).reduce<Node | undefined>(
      (at, segment) => at && step(at, segment, params),
      root,
    )
  return {
    match(method, path) {
      const params: Record<string, string> = {}
      const routes = walk(path, params)?.routes
      // HEAD is GET without the body.
      const route = routes?.get(method) ?? (method === 'HEAD' ? routes?.get('GET') : undefined)
      return route && { route, params }
    },
    methods(path) {
      const methods = [...(walk(path)?.routes.keys() ?? [])]
      return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : method)).sort()
    },
  }
}

function newNode(): Node {
  return { literals: new Map(), routes: new Map(), parameter: undefined }
}

function place(root: Node, route: Route): void {
  const node = segmentsOf(route.path).reduce(child, root)
  node.routes.set(route.method, route)
}

function child(node: Node, segment: string): Node {
  const name = /^\{(.+)\}$/.exec(segment)?.[1]
  if (name !== undefined) {
    node.parameter ??= { name, node: newNode() }
    return node.parameter.node
  }
  const known = node.literals.get(segment)
  if (known) return known
  const added = newNode()
  node.literals.set(segment, added)
  return added
}

function step(node: Node, segment: string, params: Record<string, string>): Node | undefined {
  const literal = node.literals.get(segment)
  if (literal) return literal
  if (!node.parameter || segment === '') return undefined
  params[node.parameter.name] = segment
  return node.parameter.node
}

function segmentsOf(path: string): readonly string[] {
  return path
    .slice(1)
    .split('/')
    .map((segment) => textOfBytes(decodePercent(segment) ?? segment))
}
