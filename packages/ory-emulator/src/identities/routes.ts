import { GoError } from '../go/go-error.ts'
import { parseUuid } from '../go/uuid.ts'
import { enveloped } from '../herodot.ts'
import type { Answer, Request, Route } from '../http.ts'
import type { Ory } from '../ory.ts'
import type { IdentitySessionRow } from '../state.ts'
import { getByExternalId, listIdentities, missing, told } from './lookups.ts'
import { pageOf } from './pages.ts'

/**
 * The id that an identity is kept by: its UUID, whatever its spelling. What a seed calls otherwise is
 * found by that.
 *
 * @throws AnswerError as `refuse` says for what is neither, which is the id of nobody.
 */
function idIn(
  { params }: Request,
  { state }: Ory,
  refuse = (message: string) => enveloped(400, { message }),
): string {
  const { id = '' } = params
  if (state.identities.has(id)) return id
  try {
    return parseUuid(id)
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw refuse(error.message)
  }
}

/** Newest first. */
function sessionsOf(id: string, { state }: Ory): readonly IdentitySessionRow[] {
  return state.identitySessions.by('identity', id).toReversed()
}

function get(request: Request, ory: Ory): Answer {
  const row = ory.state.identities.get(idIn(request, ory, missing))
  if (row === undefined) throw missing()
  return { status: 200, json: told(row) }
}

/** What Go takes for a truth value. */
const yes = /^(?:1|t|T|TRUE|true|True)$/
const no = /^(?:0|f|F|FALSE|false|False)$/

/** listIdentitySessions: an identity that is not there has an empty page. None of the sessions has ended. */
function list(request: Request, ory: Ory): Answer {
  const id = idIn(request, ory)
  const active = request.query.get('active') ?? ''
  if (active !== '' && !yes.test(active) && !no.test(active))
    throw enveloped(400, { message: 'could not parse parameter active' })
  const { items, headers } = pageOf(request, no.test(active) ? [] : sessionsOf(id, ory))
  const row = ory.state.identities.get(id)
  const identity = row && told(row)
  return { status: 200, headers, json: items.map(({ id }) => ({ id, active: true, identity })) }
}

/** deleteIdentitySessions: 404 where there is none, whether there is such an identity or not. */
function end(request: Request, ory: Ory): Answer {
  const sessions = sessionsOf(idIn(request, ory), ory)
  if (sessions.length === 0) throw missing()
  for (const { id } of sessions) ory.state.identitySessions.delete(id)
  return { status: 204 }
}

const admin = { port: 'admin' } as const
const identity = '/admin/identities/{id}'

/** Identities and their sessions, as far as finding and ending them goes. */
export const identityRoutes: readonly Route[] = [
  { ...admin, operation: 'getIdentity', method: 'GET', path: identity, handle: get },
  {
    ...admin,
    operation: 'getIdentityByExternalID',
    method: 'GET',
    path: '/admin/identities/by/external/{externalID}',
    handle: getByExternalId,
  },
  {
    ...admin,
    operation: 'listIdentities',
    method: 'GET',
    path: '/admin/identities',
    handle: listIdentities,
  },
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
