import { enveloped } from '../herodot.ts'
import type { Answer, Request, Route } from '../http.ts'
import type { Ory } from '../ory.ts'
import type { ApiKeyRow } from '../state.ts'

type Kind = ApiKeyRow['kind']

function malformed(reason: string): Error {
  const message = 'The request was malformed or contained invalid parameters'
  return enveloped(400, { id: 'bad_request', reason, message })
}

const clause = /^(\w+)\s*=\s*(?:"([^"]+)"|([\w.-]+))$/

/** Reads a filter as Talos does: clauses with `AND` between, also inside quotation marks, and no escapes. */
function conditionsIn(filter: string): ReadonlyMap<string, string> {
  const conditions = new Map<string, string>()
  for (const text of filter.trim() === '' ? [] : filter.split(/\s+AND\s+/i)) {
    const [, name = '', quoted, bare = ''] = clause.exec(text.trim()) ?? []
    if (!/^(?:actor_id|status)$/.test(name) || conditions.has(name))
      throw malformed('invalid filter expression')
    conditions.set(name, quoted ?? bare)
  }
  if (Buffer.byteLength(conditions.get('actor_id') ?? '') > 256)
    throw malformed('actor_id value exceeds maximum length of 256 characters')
  if (conditions.has('status') && !conditions.has('actor_id'))
    throw malformed('status filter must be combined with actor_id')
  return conditions
}

function list(kind: Kind, { query }: Request, { state }: Ory): Answer {
  const conditions = conditionsIn(query.get('filter') ?? '')
  const size = Math.min(Math.max(0, Number(query.get('page_size'))) || 50, 1000)
  const after = query.get('page_token') ?? ''
  const rows = [...state.apiKeys.after(after)].filter(
    (row) =>
      row.kind === kind &&
      [...conditions].every(([name, value]) => Reflect.get(row, name) === value),
  )
  const keys = rows.slice(0, size).map(({ kind: _, ...wire }) => wire)
  return {
    status: 200,
    json: {
      [`${kind}_api_keys`]: keys,
      next_page_token: rows.length > size ? (keys.at(-1)?.key_id ?? '') : '',
    },
  }
}

/** A verb behind a colon, which is no part of the id: `k1:revoke`. */
function revoke(kind: Kind, { params, body }: Request, { state }: Ory): Answer {
  const [, id = '', verb] = /^(.*):([^:]*)$/.exec(params['key'] ?? '') ?? []
  if (verb !== 'revoke') throw noRoute()
  const reason = reasonIn(body)
  if (reason === '' || reason === 'REVOCATION_REASON_UNSPECIFIED')
    throw malformed('a revocation reason is required')
  const row = state.apiKeys.get(id)
  if (row?.kind !== kind) throw keyNotFound(kind)
  if (row.status === 'KEY_STATUS_REVOKED') throw alreadyRevoked()
  state.apiKeys.set(id, { ...row, status: 'KEY_STATUS_REVOKED' })
  return { status: 204 }
}

function noRoute(): Error {
  const message = 'The requested resource could not be found'
  return enveloped(404, { id: 'not_found', reason: 'Not Found', message })
}

function keyNotFound(kind: Kind): Error {
  const reason = kind === 'imported' ? 'imported key not found' : 'API key not found'
  return enveloped(404, { id: 'api_key_not_found', reason, message: 'The API key was not found.' })
}

function alreadyRevoked(): Error {
  const message = 'The resource could not be created due to a conflict'
  return enveloped(409, { id: 'conflict', reason: 'key is already revoked', message })
}

function reasonIn(body: Buffer): string {
  try {
    return String(JSON.parse(body.toString())?.reason ?? '')
  } catch {
    throw malformed('invalid JSON')
  }
}

const kinds = [
  ['issued', 'Issued'],
  ['imported', 'Imported'],
] as const

/** API keys, as far as revoking an actor's goes. The admin port puts `/admin` in front of its paths. */
export const apiKeyRoutes: readonly Route[] = kinds.flatMap(([kind, Kind]): readonly Route[] => {
  const path = `/v2alpha1/admin/${kind}ApiKeys`
  const handles = {
    list: (request: Request, ory: Ory) => list(kind, request, ory),
    revoke: (request: Request, ory: Ory) => revoke(kind, request, ory),
  }
  return ['', '/admin'].flatMap((prefix): readonly Route[] => [
    {
      operation: `adminList${Kind}ApiKeys`,
      port: 'admin',
      method: 'GET',
      path: prefix + path,
      handle: handles.list,
    },
    {
      operation: `adminRevoke${Kind}ApiKey`,
      port: 'admin',
      method: 'POST',
      path: `${prefix}${path}/{key}`,
      handle: handles.revoke,
    },
  ])
})
