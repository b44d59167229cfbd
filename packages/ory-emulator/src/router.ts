import { decodePercent, textOfBytes } from './go/percent.ts'

/** Where a route stands. */
export interface Place {
  readonly method: string
  /** A template such as `/admin/clients/{id}`. */
  readonly path: string
}

export interface Match<Route extends Place> {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

export interface Router<Route extends Place> {
  match(method: string, path: string): Match<Route> | undefined
  /** What the path may be asked with, in alphabetical order; empty where there is no such path. */
  methods(path: string): readonly string[]
}

interface Node<Route> {
  readonly literals: Map<string, Node<Route>>
  readonly routes: Map<string, Route>
  parameter: { readonly name: string; readonly node: Node<Route> } | undefined
}

/** Finds routes by their templates, as Go's mux does: by decoded segment, and an empty one is not a parameter. */
export function newRouter<Route extends Place>(routes: readonly Route[]): Router<Route> {
  const root = newNode<Route>()
  for (const route of routes) place(root, route)

  const walk = (path: string, params: Record<string, string> = {}) =>
    segmentsOf(path).reduce<Node<Route> | undefined>(
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

function newNode<Route>(): Node<Route> {
  return { literals: new Map(), routes: new Map(), parameter: undefined }
}

function place<Route extends Place>(root: Node<Route>, route: Route): void {
  const node = segmentsOf(route.path).reduce<Node<Route>>(child, root)
  node.routes.set(route.method, route)
}

function child<Route>(node: Node<Route>, segment: string): Node<Route> {
  const name = /^\{(.+)\}$/.exec(segment)?.[1]
  if (name !== undefined) {
    node.parameter ??= { name, node: newNode() }
    return node.parameter.node
  }
  const known = node.literals.get(segment)
  if (known) return known
  const added = newNode<Route>()
  node.literals.set(segment, added)
  return added
}

function step<Route>(
  node: Node<Route>,
  segment: string,
  params: Record<string, string>,
): Node<Route> | undefined {
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
