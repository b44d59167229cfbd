import { type Answer, type Asked, pageOf } from './memory-answers.ts'

export interface Key {
  readonly id: string
  readonly actor: string
  /** RFC 3339. */
  readonly createTime?: string
  status: 'KEY_STATUS_ACTIVE' | 'KEY_STATUS_REVOKED' | 'KEY_STATUS_EXPIRED'
}

type Kind = 'issued' | 'imported'

/** What users have besides OAuth2. */
export interface AccountsState {
  /** How many sessions each identity has, by its id. */
  readonly sessions: Map<string, number>
  /** What an identity is found by: its id by its external id, and by what somebody signs in with. */
  readonly found: Readonly<Record<'external_id' | 'credentials_identifier', Map<string, string>>>
  readonly keys: Readonly<Record<Kind, Map<string, Key>>>
}

/** As Kratos says it in its envelope, for no such identity and for none of its sessions alike. */
const missing: Answer = {
  status: 404,
  json: { error: { code: 404, status: 'Not Found', message: 'Unable to locate the resource' } },
}

const noKey: Answer = { status: 404, json: { code: 5, message: 'api key not found', details: [] } }

/**
 * An identity provider and API keys as far as lapse calls them, in this process and in no time.
 * @param keysAPage the most that a page holds, whatever is asked for
 */
export function memoryAccounts(keysAPage: number) {
  const state: AccountsState = {
    sessions: new Map(),
    found: { external_id: new Map(), credentials_identifier: new Map() },
    keys: { issued: new Map(), imported: new Map() },
  }

  const identities: Readonly<Record<string, (asked: Asked) => Answer>> = {
    GET: ({ id }) => (state.sessions.has(id) ? { status: 200, json: { id } } : missing),
    'GET sessions': ({ id, query }) =>
      pageOf(
        query,
        `/admin/identities/${encodeURIComponent(id)}/sessions`,
        Array.from({ length: state.sessions.get(id) ?? 0 }, (_, n) => n),
        (n) => ({ id: `${n}`, active: true }),
      ),
    'DELETE sessions': ({ id }) => {
      if ((state.sessions.get(id) ?? 0) === 0) return missing
      state.sessions.set(id, 0)
      return { status: 204 }
    },
  }

  /** Also where nothing else is known of the identity. */
  function findIdentity(externalId: string): Answer {
    const id = state.found.external_id.get(externalId)
    return id === undefined ? missing : { status: 200, json: { id, external_id: externalId } }
  }

  function listIdentities(query: URLSearchParams): Answer {
    const by = query.get('credentials_identifier') ?? ''
    const id = state.found.credentials_identifier.get(by)
    const identity = { id, credentials: { password: { type: 'password', identifiers: [by] } } }
    return { status: 200, json: id === undefined ? [] : [identity] }
  }

  function listKeys(kind: Kind, query: URLSearchParams): Answer {
    const [, actor, status] =
      /^actor_id="((?:[^"\\]|\\.)*)"(?: AND status=(\w+))?$/.exec(query.get('filter') ?? '') ?? []
    if (actor === undefined) return { status: 400, json: { code: 3, message: 'invalid filter' } }
    const after = query.get('page_token') ?? ''
    const listed = [...state.keys[kind].values()]
      .filter((key) => key.id > after && key.actor === actor.replace(/\\(.)/g, '$1'))
      .filter((key) => status === undefined || key.status === status)
      .sort((one, other) => (one.id < other.id ? -1 : 1))
    const page = listed.slice(0, keysAPage)
    return {
      status: 200,
      json: {
        [`${kind}_api_keys`]: page.map(
          ({ id, actor: actor_id, createTime: create_time, status: stands }) => ({
            key_id: id,
            actor_id,
            create_time,
            status: stands,
          }),
        ),
        next_page_token: listed.length > keysAPage ? page.at(-1)?.id : '',
      },
    }
  }

  function revokeKey(kind: Kind, id: string, body: unknown): Answer {
    const key = state.keys[kind].get(id)
    if (key === undefined) return noKey
    const { reason } = (body ?? {}) as { readonly reason?: string }
    if (reason === undefined) return { status: 400, json: { code: 3, message: 'why?' } }
    key.status = 'KEY_STATUS_REVOKED'
    return { status: 204 }
  }

  return {
    state,
    /** Does what is asked, at once. */
    answer(method: string, path: string, body: unknown): Answer {
      const { pathname, searchParams: query } = new URL(path, 'http://accounts.test')
      const [, kind, key] =
        /^\/v2alpha1\/admin\/(\w+)ApiKeys(?:\/(.+):revoke)?$/.exec(pathname) ?? []
      if (kind !== undefined)
        return structuredClone(
          key === undefined
            ? listKeys(kind as Kind, query)
            : revokeKey(kind as Kind, decodeURIComponent(key), body),
        )
      const [, externalId] = /^\/admin\/identities\/by\/external\/([^/]+)$/.exec(pathname) ?? []
      if (externalId !== undefined) return findIdentity(decodeURIComponent(externalId))
      if (pathname === '/admin/identities') return listIdentities(query)
      const [, id = '', of] = /^\/admin\/identities\/([^/]+)(?:\/(sessions))?$/.exec(pathname) ?? []
      const route = identities[of === undefined ? method : `${method} ${of}`]
      if (id === '' || route === undefined) return { status: 404, text: '404 page not found' }
      const asked = { id: decodeURIComponent(id), query, body, headers: [] }
      return structuredClone(route(asked))
    },
    /** How many keys of an actor work. */
    working: (kind: Kind, actor: string) =>
      [...state.keys[kind].values()].filter(
        (key) => key.actor === actor && key.status === 'KEY_STATUS_ACTIVE',
      ).length,
    add(kind: Kind, key: Key): void {
      state.keys[kind].set(key.id, key)
    },
  }
}

export type MemoryAccounts = ReturnType<typeof memoryAccounts>
