import { copyJson, isObject } from './json.ts'

/** One operation of an RFC 6902 patch. */
export interface Operation {
  readonly op: string
  /** A JSON pointer (RFC 6901). */
  readonly path: string
  readonly value?: unknown
}

type Container = Record<string, unknown> | unknown[]

/** Reads a patch; `null` is an empty one. @throws Error where it is not a list of operations. */
export function decodePatch(value: unknown): readonly Operation[] {
  if (value === null) return []
  if (!Array.isArray(value)) throw new Error('the patch is not a list')
  return value.map((operation) => {
    if (!isObject(operation)) throw new Error('the operation is not an object')
    const { op, path } = operation
    if (typeof op !== 'string' || typeof path !== 'string') throw new Error('op or path is missing')
    if (op !== 'remove' && !('value' in operation)) throw new Error('the value is missing')
    return { op, path, value: operation['value'] }
  })
}

/**
 * Applies `add`, `remove` and `replace` as the library Ory uses does, on a copy: parents that are
 * missing are made by `add`, and indexes may count from the end.
 *
 * @throws Error where a path leads nowhere.
 */
export function applyPatch(document: unknown, operations: readonly Operation[]): unknown {
  return operations.reduce(apply, { root: copyJson(document), shadow: copyJson(document) }).root
}

/** A document, and what an empty token at the start of a path leads to: a copy that nobody reads. */
interface Patched {
  readonly root: unknown
  readonly shadow: unknown
}

function apply(patched: Patched, operation: Operation): Patched {
  const { op, path, value } = operation
  if (path === '' && op !== 'remove') {
    return { root: container(copyJson(value)), shadow: copyJson(value) }
  }
  const [head, ...tokens] = path.split('/')
  const key = tokens.pop()
  if (key === undefined) throw new Error(`no such path: ${head}`)
  const isShadow = tokens[0] === ''
  if (isShadow) tokens.shift()
  if (tokens.includes('')) throw new Error(`no such path: ${path}`)
  change(isShadow ? patched.shadow : patched.root, tokens, key, operation)
  return patched
}

function change(
  document: unknown,
  tokens: readonly string[],
  key: string,
  { op, value }: Operation,
): void {
  if (op === 'add') ensureParents(container(document), tokens, key)

  const parent = tokens.reduce<Container>(
    (at, token) => container(member(at, unescaped(token))),
    container(document),
  )
  changes[op]?.(parent, unescaped(key), op === 'remove' ? undefined : copyJson(value))
}

const changes: Readonly<Record<string, (parent: Container, key: string, value: unknown) => void>> =
  {
    add(parent, key, value) {
      if (!Array.isArray(parent)) parent[key] = value
      else if (key === '-') parent.push(value)
      else parent.splice(index(key, parent.length + 1), 0, value)
    },
    replace(parent, key, value) {
      member(parent, key)
      if (Array.isArray(parent)) parent[index(key, parent.length)] = value
      else parent[key] = value
    },
    remove(parent, key) {
      member(parent, key)
      if (Array.isArray(parent)) parent.splice(index(key, parent.length), 1)
      else delete parent[key]
    },
  }

/** Makes the parents a path lacks: lists before an index, which are padded up to it, and objects else. */
function ensureParents(root: Container, tokens: readonly string[], key: string): void {
  let at = root
  tokens.forEach((token, position) => {
    const known = find(at, unescaped(token))
    if (known === undefined || known === null) {
      pad(at, token)
      const next = newParent(tokens[position + 1] ?? key)
      // The library names what it makes by the escaped token, and then does not find it again.
      changes['add']?.(at, token, next)
      at = next
    } else {
      at = container(known)
    }
  })
}

/** A list that ends before the index gets `null`s up to it. */
function pad(at: Container, token: string): void {
  if (Array.isArray(at)) while (at.length < Number(token)) at.push(null)
}

function newParent(nextToken: string): Container {
  if (nextToken === '-') return []
  if (!/^[-+]?\d+$/.test(nextToken)) return {}
  return new Array<unknown>(Math.max(Number(nextToken), 0)).fill(null)
}

function member(parent: Container, key: string): unknown {
  const found = find(parent, key)
  if (found === undefined) throw new Error(`nothing at ${key}`)
  return found
}

function find(parent: Container, key: string): unknown {
  if (!Array.isArray(parent)) return Object.hasOwn(parent, key) ? parent[key] : undefined
  const at = /^[-+]?\d+$/.test(key) ? Number(key) : Number.NaN
  return parent.at(at < parent.length && at >= -parent.length ? at : parent.length)
}

function index(key: string, length: number): number {
  const asked = /^[-+]?\d+$/.test(key) ? Number(key) : Number.NaN
  const at = asked < 0 ? asked + length : asked
  if (!(at >= 0 && at < length)) throw new Error(`no such index: ${key}`)
  return at
}

function container(value: unknown): Container {
  if (Array.isArray(value)) return value
  if (isObject(value)) return value as Record<string, unknown>
  throw new Error('neither object nor list')
}

function unescaped(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~')
}
