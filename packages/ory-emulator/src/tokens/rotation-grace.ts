import type { Ory } from '../ory.ts'
import type { RefreshTokenRow } from '../state.ts'
import { deleteAccessTokens } from './chain.ts'

/** Whether a refresh token works: never used, or used so lately and so seldom that this is forgiven. */
export function isUsable({ settings, now }: Ory, row: RefreshTokenRow): boolean {
  if (row.active) return true
  const { refreshGraceMs, refreshGraceReuses } = settings
  return (
    row.firstUsedAt !== undefined &&
    row.firstUsedAt + refreshGraceMs > now() &&
    (refreshGraceReuses === 0 || row.usedTimes < refreshGraceReuses)
  )
}

/**
 * A refresh token is used. Without a time of grace that ends all tokens of its chain so far, where
 * used ones stay as traces: that is how their second use is noticed. With one, it ends the access
 * token it came with, and a chain may have several ends.
 */
export function spend(ory: Ory, row: RefreshTokenRow): void {
  const { state, settings, now } = ory
  if (settings.refreshGraceMs === 0) {
    deleteAccessTokens(state, row.requestId)
    for (const used of state.refreshTokens.by('requestId', row.requestId)) used.active = false
    return
  }
  row.active = false
  row.firstUsedAt ??= now()
  row.usedTimes += 1
  state.accessTokens.delete(row.accessTokenDigest)
}
