import { randomBytes } from 'node:crypto'
import { ConfigError, OryApiError } from '../errors.ts'
import { signAssertion } from './assertion.ts'
import type { KeyCredential } from './credential.ts'
import type { RotationServices } from './services.ts'

/** What Ory says of an assertion whose signature is right, and that is meant for somebody else. */
const otherAudience = "Claim 'audience' from 'client_assertion' must match"

/**
 * Tells an assertion that Ory refuses for its audience from one that it refuses for its key. The
 * revocation of a token answers both with the same 401; the exchange of a refresh token that never
 * was says which it is, and changes nothing either.
 * @throws ConfigError where it is the audience: the setting is wrong, and nothing is said of the key
 */
export async function refuseOtherAudience(
  credential: KeyCredential,
  { algorithm, signal }: { readonly algorithm: string; readonly signal?: AbortSignal | undefined },
  { ory, clock, settings }: Pick<RotationServices, 'ory' | 'clock' | 'settings'>,
): Promise<void> {
  const audience = settings.tokenEndpoint
  const terms = { algorithm, audience, now: clock.now() }
  const client_assertion = await signAssertion(credential, terms)
  const refresh_token = `lapse-canary-${randomBytes(24).toString('base64url')}`
  try {
    const grant = { grant_type: 'refresh_token', refresh_token, client_assertion } as const
    await ory.oauth2TokenExchange(grant, { signal })
  } catch (error) {
    if (!(error instanceof OryApiError) || ![400, 401].includes(error.status)) throw error
    if (error.body.error_description?.includes(otherAudience))
      throw new ConfigError(
        `Ory takes no assertion that is meant for ${audience}; set ORY_TOKEN_ENDPOINT to the token_endpoint of its /.well-known/openid-configuration`,
      )
  }
}
