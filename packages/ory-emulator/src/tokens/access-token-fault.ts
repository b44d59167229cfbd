import type { OryError } from '../errors.ts'
import type { Ory } from '../ory.ts'
import type { ClientRow } from '../state.ts'
import { accessTokenStrategy } from './issue.ts'
import { decodeJwt, isSignedBy } from './jwt.ts'
import { opaqueFault } from './opaque.ts'
import { invalidTokenFormat, tokenClaim, tokenSignatureMismatch } from './token-errors.ts'

/**
 * What is wrong with an access token whose row was found, but for its expiry. It is read as its
 * client's tokens are now: once the strategy has changed, older ones fail.
 */
export async function accessTokenFault(
  ory: Ory,
  client: ClientRow,
  token: string,
): Promise<OryError | undefined> {
  const { keys } = ory.state
  if (accessTokenStrategy(ory, client) === 'opaque') return opaqueFault(keys, 'ory_at', token)
  const jwt = decodeJwt(token)
  if (jwt === undefined) return invalidTokenFormat
  if (jwt.claims === undefined) return tokenClaim
  return isSignedBy(jwt, (await keys.accessToken()).publicJwk) ? undefined : tokenSignatureMismatch
}
