import { authenticates } from './canary.ts'
import { requireClient } from './decide.ts'
import { termsOf } from './repair-plan.ts'
import type { Site } from './site.ts'

/**
 * Whether what is at AWSCURRENT authenticates, tried the way its client is registered.
 * @throws RotationError (`client-missing`) where the client is gone
 */
export async function triesWell(site: Site): Promise<boolean> {
  const { credential } = site.current
  const client = requireClient(credential.client_id, await site.client())
  return authenticates(credential, termsOf(client, site), site.services)
}
