import type { Route } from '../http.ts'
import type { State } from '../state.ts'
import { existingClient } from './update.ts'

/** deleteOAuth2Client: 204, and with the client go its grants; login sessions and trusted issuers stay. */
export const deleteOAuth2Client: Route['handle'] = ({ params }, ory) => {
  deleteClient(ory.state, existingClient(ory, params['id']).client_id)
  return { status: 204 }
}

/** Deletes a client with its grants. */
export function deleteClient(state: State, clientId: string): void {
  state.clients.delete(clientId)
  deleteGrants(state, clientId)
}

/** deleteOAuth2Token: access tokens of every grant; refresh tokens live on and mint new ones. */
export function deleteAccessTokens({ accessTokens }: State, clientId: string): void {
  for (const { digest } of accessTokens.by('clientId', clientId)) accessTokens.delete(digest)
}

function deleteGrants(state: State, clientId: string): void {
  deleteAccessTokens(state, clientId)
  for (const { digest } of state.refreshTokens.by('clientId', clientId)) {
    state.refreshTokens.delete(digest)
  }
  for (const { digest } of state.authCodes.by('clientId', clientId)) state.authCodes.delete(digest)
  for (const { digest } of state.deviceCodes.by('clientId', clientId)) {
    state.deviceCodes.delete(digest)
  }
  for (const { id } of state.consents.by('clientId', clientId)) state.consents.delete(id)
}
