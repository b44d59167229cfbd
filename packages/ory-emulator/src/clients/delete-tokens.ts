import { invalidRequest, oryError } from '../errors.ts'
import type { Route } from '../http.ts'
import { deleteAccessTokens } from './delete.ts'

/** deleteOAuth2Token: 204 whether or not there is such a client. */
export const deleteOAuth2Token: Route['handle'] = ({ query }, { state }) => {
  const clientId = query.get('client_id') ?? ''
  if (clientId === '') {
    throw oryError(
      invalidRequest,
      "Query parameter 'client_id' is not defined but it should have been.",
    )
  }
  deleteAccessTokens(state, clientId)
  return { status: 204 }
}
