import { durationMs } from '../go/durations.ts'
import type { ClientRow } from '../state.ts'
import { text } from './client-metadata.ts'

/** The grants a client can have lifespans of its own for; the first half of the member's name. */
export type LifespanGrant =
  | 'authorization_code'
  | 'client_credentials'
  | 'implicit'
  | 'jwt_bearer'
  | 'refresh_token'
  | 'device_authorization'

export type TokenKind = 'access_token' | 'id_token' | 'refresh_token'

/** The client's lifespan for such a token in milliseconds, or the server's. */
export function lifespanMs(
  client: ClientRow,
  grant: LifespanGrant,
  kind: TokenKind,
  serverMs: number,
): number {
  const own = text(client, `${grant}_grant_${kind}_lifespan`)
  return own === '' ? serverMs : durationMs(own)
}

/** Expiry of a token issued now: Hydra rounds it to the nearest second, except for client credentials. */
export function roundedExpiry(now: number, lifespan: number): number {
  return Math.round((now + lifespan) / 1000) * 1000
}

/** `expires_in`: what is left when the answer is written, which is never quite the whole. */
export function secondsLeft(expiresAt: number, now: number): number {
  return Math.trunc((expiresAt - now - 1) / 1000)
}
