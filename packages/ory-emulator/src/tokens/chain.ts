import type { State } from '../state.ts'

/** Deletes every access token of a grant. */
export function deleteAccessTokens(state: State, requestId: string): void {
  for (const { digest } of state.accessTokens.by('requestId', requestId)) {
    state.accessTokens.delete(digest)
  }
}

/** Deletes every refresh token of a grant, used ones included. */
export function deleteRefreshTokens(state: State, requestId: string): void {
  for (const { digest } of state.refreshTokens.by('requestId', requestId)) {
    state.refreshTokens.delete(digest)
  }
}

/** Ends a grant's whole chain of tokens. */
export function deleteChain(state: State, requestId: string): void {
  deleteAccessTokens(state, requestId)
  deleteRefreshTokens(state, requestId)
}
