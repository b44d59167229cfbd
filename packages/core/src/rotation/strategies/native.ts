import { OryResponseError } from '../../errors.ts'
import { proveCredential } from '../canary.ts'
import { secretValueOf } from '../credential.ts'
import { moveWithOverlap } from '../overlap.ts'
import { canaryTerms, type RotationSite } from '../site.ts'
import { resetToCurrent } from './client-secret.ts'
import type { Strategy } from './strategy.ts'

/** Ory's own rotate endpoint: it makes the secret, and the old one stays valid beside it. */
export const native: Strategy = {
  async create(site) {
    // If it was called before, no value was kept: whatever secret it made, nobody knows it.
    await native.reset(site)
    await push(site)
  },
  async set() {},
  async test(site, pending) {
    await proveCredential('pending-refused', pending, canaryTerms(site), site.services)
  },
  async finish(site, pending) {
    const terms = canaryTerms(site)
    const provenAt = await proveCredential('pending-refused', pending, terms, site.services)
    await moveWithOverlap(site, provenAt)
  },
  async reset(site) {
    if (site.row.row.phase === 'decided') return
    // Where AWSCURRENT no longer works, somebody else's secret is in use: not ours to end.
    const { credential } = site.current
    await proveCredential('current-refused', credential, canaryTerms(site), site.services)
    await resetToCurrent(site)
  },
}

/**
 * Has Ory make a secret, and keeps it as the pending version's value. Nothing may come between the
 * two calls: the answer is the only copy there is.
 */
export async function push(site: RotationSite): Promise<void> {
  const { services, secret, row, current, signal } = site
  await row.update({ phase: 'pushing', pushes: row.row.pushes + 1 })
  const { client_id } = current.credential
  const answer = await services.ory.rotateOAuth2ClientSecret({ id: client_id }, { signal })
  const { client_secret } = answer
  if (!client_secret)
    throw new OryResponseError('rotateOAuth2ClientSecret', 200, 'it holds no client_secret')

  const value = secretValueOf({ client_id, client_secret })
  await services.secrets.put(secret.arn, row.row.versionId, value, 'AWSPENDING')
}
