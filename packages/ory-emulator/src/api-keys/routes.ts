import { type Answer, AnswerError, type Request, type Route } from '../http.ts'
import type { Ory } from '../ory.ts'
import type { ApiKeyRow } from '../state.ts'

type Kind = ApiKeyRow['kind']

/** An error in the words of gRPC's gateway. */
function failed(status: number, code: number, message: string): AnswerError {
  return new AnswerError({ status, json: { code, message, details: [] } })
}

const comparison = /^(actor_id|status)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([A-Z_]+))$/

/** Reads what of AIP-160 is asked with here: comparisons joined by `AND`. */
function conditionsIn(filter: string): ReadonlyMap<string, string> {
  const parts = filter.match(/(?:"(?:[^"\\]|\\.)*"|[^"])+?(?=\s+AND\s+|$)/g) ?? []
  const read = parts.map((part) => comparison.exec(part.replace(/^\s*AND\s+/, '').trim()))
  if (filter !== '' && (read.length === 0 || read.includes(null)))
    throw failed(400, 3, 'invalid filter')
  return new Map(
    read.map((found) => [
      found?.[1] ?? '',
      found?.[3] ?? (found?.[2] ?? '').replace(/\\(.)/g, '$1'),
    ]),
  )
}

function list(kind: Kind, { query }: Request, { state }: Ory): Answer {
  const conditions = conditionsIn(query.get('filter') ?? '')
  const size = Math.min(Number(query.get('page_size') ?? 50), 1000)
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
  if (verb !== 'revoke') throw failed(404, 5, 'Not Found')
  const reason = reasonIn(body)
  if (reason === '' || reason === 'REVOCATION_REASON_UNSPECIFIED')
    throw failed(400, 3, 'a revocation reason is required')
  const row = state.apiKeys.get(id)
  if (row?.kind !== kind) throw failed(404, 5, 'api key not found')
  state.apiKeys.set(id, { ...row, status: 'KEY_STATUS_REVOKED' })
  return { status: 204 }
}

function reasonIn(body: Buffer): string {
  try {
    return String(JSON.parse(body.toString())?.reason ?? '')
  } catch {
    throw failed(400, 3, 'invalid JSON')
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
