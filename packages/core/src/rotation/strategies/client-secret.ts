import { RotationError } from '../../errors.ts'
import type { Credential } from '../credential.ts'
import type { RotationSite } from '../site.ts'

/** The text of a client secret; a key in its place was put there by somebody else meanwhile. */
export function secretOf({ client_secret }: Credential): string {
  if (client_secret !== undefined) return client_secret
  throw new RotationError('secret-shape', 'the value holds a key where a client_secret was')
}

/**
 * Sets a client's one secret to a value we have. At Ory this ends every rotated secret as well,
 * known to us or not, and it may be repeated.
 */
export async function setClientSecret(
  { services, signal, current }: RotationSite,
  credential: Credential,
): Promise<void> {
  await services.ory.patchOAuth2Client(
    {
      id: current.credential.client_id,
      body: [{ op: 'replace', path: '/client_secret', value: secretOf(credential) }],
    },
    { signal },
  )
}

/** Leaves the client with the value of AWSCURRENT alone. */
export function resetToCurrent(site: RotationSite): Promise<void> {
  return setClientSecret(site, site.current.credential)
}
