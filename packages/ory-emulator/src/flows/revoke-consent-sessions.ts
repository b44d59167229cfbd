import { invalidRequest } from '../errors.ts'
import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import type { ConsentRow } from '../state.ts'
import { deleteChain } from '../tokens/chain.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'

/**
 * revokeOAuth2ConsentSessions: by `consent_request_id` alone, by `subject` and `client`, or by
 * `subject` and `all=true`. 204 whether there was anything to revoke or not.
 */
export function revokeOAuth2ConsentSessions(request: Request, ory: Ory): Answer {
  for (const consent of named(request, ory)) revoke(consent, ory)
  return { status: 204 }
}

function named({ query }: Request, { state }: Ory): readonly ConsentRow[] {
  const id = query.get('consent_request_id') ?? ''
  const subject = query.get('subject') ?? ''
  const client = query.get('client') ?? ''
  const all = query.get('all') === 'true'
  if (id !== '' && subject === '' && client === '') return [state.consents.get(id) ?? []].flat()
  if (id === '' && subject !== '' && (client !== '') !== all) {
    const consents = state.consents.by('subject', subject)
    return all ? consents : consents.filter(({ clientId }) => clientId === client)
  }
  throw new OAuth2Error(invalidRequest, 'Invalid combination of query parameters.')
}

/** The consent goes, and with it every code and token that stands on it; login sessions stay. */
function revoke({ id }: ConsentRow, { state }: Ory): void {
  state.consents.delete(id)
  deleteChain(state, id)
  for (const { digest } of state.authCodes.by('requestId', id)) state.authCodes.delete(digest)
  for (const { digest } of state.deviceCodes.by('consentId', id)) state.deviceCodes.delete(digest)
}
