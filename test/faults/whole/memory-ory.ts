import { type Answer, type Asked, pageOf, rowMissing } from './memory-answers.ts'

/** A consent that was granted, with the tokens issued on it. */
export interface Consent {
  readonly subject: string
  readonly clientId: string
  /** Absent once the login session is gone. */
  sid: string | undefined
  /** Ory lists fewer grants than it holds: those that were not remembered, for one. */
  readonly isListed: boolean
  /** RFC 3339; long ago where nothing is said. */
  readonly handledAt?: string
}

/** A grant of a trusted issuer; grants of one issuer and `kid` stand on one key. */
export interface Grant {
  readonly id: string
  readonly issuer: string
  /** Empty: for any. */
  readonly subject: string
  readonly kid: string
  readonly scope: readonly string[]
  readonly expiresAt: string
  readonly createdAt: string
}

export interface Client {
  readonly client_id: string
  [field: string]: unknown
}

/** All that a server holds. A consent that is gone has taken its refresh tokens along. */
export interface OryState {
  /** Login sessions: subjects by `sid`. */
  readonly sessions: Map<string, string>
  consents: Consent[]
  readonly clients: Map<string, Client>
  /** What clients authenticate with, by their ids; nobody is shown it. */
  readonly clientSecrets: Map<string, string>
  readonly grants: Map<string, Grant>
  /** How often tokens of a client were deleted; what it holds is gone each time. */
  readonly machineTokens: Map<string, number>
  /** Relying parties told, by `sid`. */
  readonly told: string[]
}

/**
 * Ory's admin side as far as lapse calls it, in this process and in no time: for scenarios by the
 * thousand, where what is under test is everything around it. The emulator is what knows Ory.
 */
export function memoryOry(now: () => number) {
  const state: OryState = {
    sessions: new Map(),
    consents: [],
    clients: new Map(),
    clientSecrets: new Map(),
    grants: new Map(),
    machineTokens: new Map(),
    told: [],
  }
  const made = { grants: 0 }
  /** Of every grant there ever was. */
  const issuers = new Map<string, string>()
  const keep = (grant: Grant): Grant => {
    state.grants.set(grant.id, grant)
    issuers.set(grant.id, grant.issuer)
    return grant
  }
  const iso = () => `${new Date(now()).toISOString().slice(0, 19)}Z`

  const routes: Readonly<Record<string, (asked: Asked) => Answer>> = {
    'GET /admin/oauth2/auth/sessions/consent': ({ query }) =>
      pageOf(
        query,
        '/admin/oauth2/auth/sessions/consent',
        listedConsents(state, query),
        consentWire(state),
      ),
    'DELETE /admin/oauth2/auth/sessions/consent': ({ query }) => {
      const [subject, client] = [query.get('subject'), query.get('client')]
      state.consents = state.consents.filter(
        (one) => one.subject !== subject || (client !== null && one.clientId !== client),
      )
      return { status: 204 }
    },
    'DELETE /admin/oauth2/auth/sessions/login': ({ query }) => {
      endSessions(state, query)
      return { status: 204 }
    },
    'DELETE /admin/oauth2/tokens': ({ query }) => {
      state.machineTokens.delete(query.get('client_id') ?? '')
      return { status: 204 }
    },
    'GET /admin/clients': ({ query }) =>
      pageOf(
        query,
        '/admin/clients',
        [...state.clients.values()].filter(({ owner }) => (query.get('owner') ?? owner) === owner),
        (client) => client,
      ),
    'GET /admin/clients/': ({ id }) =>
      ofClient(state, id, (client) => ({ status: 200, json: client })),
    'DELETE /admin/clients/': ({ id }) =>
      ofClient(state, id, () => {
        state.clients.delete(id)
        state.clientSecrets.delete(id)
        state.consents = state.consents.filter(({ clientId }) => clientId !== id)
        state.machineTokens.delete(id)
        return { status: 204 }
      }),
    'POST /admin/clients': ({ body }) => {
      const { client_secret, ...client } = body as Client
      const { client_id } = client
      if (state.clients.has(client_id))
        return { status: 409, json: { error: 'conflict', error_description: 'exists' } }
      const made = { ...client, client_id, created_at: iso(), updated_at: iso() }
      state.clients.set(client_id, made)
      state.clientSecrets.set(client_id, String(client_secret))
      return { status: 201, json: { ...made, client_secret } }
    },
    'POST /oauth2/revoke': ({ headers }) =>
      isAuthenticated(state, headers)
        ? { status: 200 }
        : { status: 401, json: { error: 'invalid_client' } },
    'PATCH /admin/clients/': ({ id, body }) =>
      ofClient(state, id, (client) => {
        for (const change of body as Patch[]) applyPatch(client, change)
        return { status: 200, json: client }
      }),
    'GET /admin/trust/grants/jwt-bearer/issuers': ({ query }) =>
      pageOf(
        query,
        '/admin/trust/grants/jwt-bearer/issuers',
        [...state.grants.values()].filter(
          ({ issuer }) => (query.get('issuer') ?? issuer) === issuer,
        ),
        grantWire,
      ),
    'POST /admin/trust/grants/jwt-bearer/issuers': ({ body }) => {
      made.grants += 1
      const grant = newGrant(`g-${made.grants}`, body as Record<string, unknown>, iso())
      const isKnown = [...state.grants.values()].some(
        ({ issuer, subject, kid }) =>
          issuer === grant.issuer && subject === grant.subject && kid === grant.kid,
      )
      if (isKnown) return { status: 409, json: { error: 'conflict', error_description: 'exists' } }
      return { status: 201, json: grantWire(keep(grant)) }
    },
    'DELETE /admin/trust/grants/jwt-bearer/issuers/': ({ id }) => {
      const gone = state.grants.get(id)
      if (gone === undefined) return rowMissing
      for (const { id: other, issuer, kid } of state.grants.values())
        if (issuer === gone.issuer && kid === gone.kid) state.grants.delete(other)
      return { status: 204 }
    },
  }

  return {
    state,
    /** Does what is asked, at once. */
    answer(method: string, path: string, body: unknown, headers: readonly string[] = []): Answer {
      const url = new URL(path, 'http://ory.test')
      const exact = routes[`${method} ${url.pathname}`]
      const cut = url.pathname.lastIndexOf('/') + 1
      const route = exact ?? routes[`${method} ${url.pathname.slice(0, cut)}`]
      if (route === undefined) return { status: 404, text: '404 page not found' }
      const id = decodeURIComponent(url.pathname.slice(cut))
      return structuredClone(route({ id, query: url.searchParams, body, headers }))
    },
    issuerOf: (grantId: string) => issuers.get(grantId),
    /** Trusts without being asked by anybody. */
    trust(body: Record<string, unknown>, createdAt = iso()): Grant {
      made.grants += 1
      return keep(newGrant(`g-${made.grants}`, body, createdAt))
    },
  }
}

export type MemoryOry = ReturnType<typeof memoryOry>

function listedConsents({ consents }: OryState, query: URLSearchParams): readonly Consent[] {
  return consents.filter(({ subject, isListed }) => isListed && subject === query.get('subject'))
}

function consentWire({ clients }: OryState) {
  return ({ subject, clientId, sid, handledAt = '2025-12-01T00:00:00Z' }: Consent) => ({
    consent_request_id: `${clientId} ${sid}`,
    grant_scope: ['openid', 'offline'],
    handled_at: handledAt,
    remember: true,
    consent_request: {
      challenge: '',
      subject,
      login_session_id: sid ?? '',
      client: clients.get(clientId) ?? { client_id: clientId },
    },
  })
}

/** Consents outlive their login session. Only a session that is ended by its id is told. */
function endSessions(state: OryState, query: URLSearchParams): void {
  const ends = ([sid, subject]: [string, string]) =>
    query.has('sid') ? sid === query.get('sid') : subject === query.get('subject')
  for (const [sid] of [...state.sessions].filter(ends)) {
    state.sessions.delete(sid)
    if (query.has('sid')) state.told.push(sid)
    for (const consent of state.consents) if (consent.sid === sid) consent.sid = undefined
  }
}

function ofClient(state: OryState, id: string, then: (client: Client) => Answer): Answer {
  const client = state.clients.get(id)
  return client === undefined ? rowMissing : then(client)
}

/** HTTP Basic, as RFC 6749 spells it. */
function isAuthenticated({ clientSecrets }: OryState, headers: readonly string[]): boolean {
  const basic = headers.find((header) => header.startsWith('Basic ')) ?? ''
  const [id = '', secret] = Buffer.from(basic.slice(6), 'base64')
    .toString()
    .split(':')
    .map(decodeURIComponent)
  return secret !== undefined && clientSecrets.get(id) === secret
}

interface Patch {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path: string
  readonly value?: unknown
}

function applyPatch(client: Client, { op, path, value }: Patch): void {
  const [, head = '', member] = path.split('/')
  if (member === undefined) {
    client[head] = value
    return
  }
  const inner = { ...(client[head] as Record<string, unknown>) }
  if (op === 'remove') delete inner[member]
  else inner[member] = value
  client[head] = inner
}

function newGrant(id: string, body: Record<string, unknown>, createdAt: string): Grant {
  const { issuer, subject = '', scope, jwk, expires_at } = body
  return {
    id,
    issuer: String(issuer),
    subject: String(subject),
    kid: String((jwk as { kid: string }).kid),
    scope: scope as readonly string[],
    expiresAt: String(expires_at),
    createdAt,
  }
}

function grantWire({ id, issuer, subject, kid, scope, expiresAt, createdAt }: Grant) {
  return {
    id,
    issuer,
    subject,
    allow_any_subject: subject === '',
    scope,
    public_key: { set: issuer, kid },
    created_at: createdAt,
    expires_at: expiresAt,
  }
}
