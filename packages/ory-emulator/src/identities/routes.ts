import { type Answer, AnswerError, type Request, type Route } from '../http.ts'
import type { Ory } from '../ory.ts'
import { pageOf, readPageOr400 } from '../pagination.ts'
import type { IdentityRow, State } from '../state.ts'

/** Kratos says it in an envelope, for an identity that is not there as for one without sessions. */
function missing(): AnswerError {
  return new AnswerError({
    status: 404,
    json: { error: { code: 404, status: 'Not Found', message: 'Unable to locate the resource' } },
  })
}

function existing({ identities }: State, id = ''): IdentityRow {
  const row = identities.get(id)
  if (row === undefined) throw missing()
  return row
}

const get: Route['handle'] = ({ params }, { state }) => ({
  status: 200,
  json: existing(state, params['id']),
})

/** listIdentitySessions: an identity that is not there has an empty page. */
function list(request: Request, ory: Ory): Answer {
  const { params, query } = request
  const page = readPageOr400(query, ory)
  const all = [...ory.state.identitySessions.by('identity', params['id'] ?? '')]
  const sorted = all.toSorted((one, other) => (one.id < other.id ? -1 : 1))
  const rows = sorted.filter(({ id }) => id > page.after)
  const { items, link } = pageOf(request, page, rows, ({ id }) => id, ory)
  const json = items.map(({ id }) => ({ id, active: true }))
  return { status: 200, headers: { Link: link }, json }
}

/** deleteIdentitySessions: 404 where there is none, whether there is such an identity or not. */
const end: Route['handle'] = ({ params }, { state }) => {
  const sessions = state.identitySessions.by('identity', params['id'] ?? '')
  if (sessions.length === 0) throw missing()
  for (const { id } of sessions) state.identitySessions.delete(id)
  return { status: 204 }
}

const admin = { port: 'admin' } as const
const identity = '/admin/identities/{id}'

/** Identities and their sessions, as far as ending them goes. */
export const identityRoutes: readonly Route[] = [
  { ...admin, operation: 'getIdentity', method: 'GET', path: identity, handle: get },
  {
    ...admin,
    operation: 'listIdentitySessions',
    method: 'GET',
    path: `${identity}/sessions`,
    handle: list,
  },
  {
    ...admin,
    operation: 'deleteIdentitySessions',
    method: 'DELETE',
    path: `${identity}/sessions`,
    handle: end,
  },
]
