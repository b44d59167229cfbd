import { RotationError } from '../../errors.ts'
import { newClientSecret } from '../../ory/index.ts'
import { proveCredential, tryCredential } from '../canary.ts'
import { type Credential, secretValueOf } from '../credential.ts'
import { moveWithOverlap } from '../overlap.ts'
import { seenOfChosenSecret } from '../rotate-endpoint.ts'
import { canaryTerms, type RotationSite } from '../site.ts'
import { resetToCurrent, secretOf } from './client-secret.ts'
import { rememberAnswer, rotateSecret, rotateToSecret } from './rotate-call.ts'
import type { Strategy } from './strategy.ts'

/**
 * Ory's own rotate endpoint: the old secret stays valid beside the new one. Where the server was seen
 * to take the secret that it is sent, that is chosen here, kept and only then pushed, so that no
 * answer is the only copy of anything. Else the answer is kept, and tells what the server does.
 */
export const native: Strategy = {
  async create(site) {
    // If it was called before, no value was kept: whatever secret it made, nobody knows it.
    await native.reset(site)
    if ((await seenOfChosenSecret(site.services)) === 'taken') await choose(site)
    else await push(site)
  },
  async set(site, pending) {
    if (site.row.row.chosen === true) await pushChosen(site, pending)
  },
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
 * Has Ory rotate the secret, and keeps the one it answers as the pending version's value. Nothing may
 * come between the two calls: unless the server takes what it is sent, the answer is the only copy.
 */
export async function push(site: RotationSite): Promise<void> {
  const { services, secret, row, current } = site
  const isSent = (await seenOfChosenSecret(services)) !== 'refused'
  await row.update({ phase: 'pushing', pushes: row.row.pushes + 1, chosen: false })
  const answer = await rotateSecret(site, isSent ? newClientSecret() : undefined)
  const { client_id } = current.credential
  const value = secretValueOf({ client_id, client_secret: answer.client_secret })
  await services.secrets.put(secret.arn, row.row.versionId, value, 'AWSPENDING')
  await rememberAnswer(answer, services)
}

/** Gives the pending version a value that Ory knows nothing of yet. */
async function choose({ services, secret, row, current }: RotationSite): Promise<void> {
  await row.update({ phase: 'decided', chosen: true })
  const { client_id } = current.credential
  const value = secretValueOf({ client_id, client_secret: newClientSecret() })
  await services.secrets.put(secret.arn, row.row.versionId, value, 'AWSPENDING')
}

/**
 * Has Ory rotate to the pending secret. If it was asked to before and the pending secret authenticates,
 * it did; if not, the server has perhaps made another, which nobody knows and which is ended first.
 */
async function pushChosen(site: RotationSite, pending: Credential): Promise<void> {
  const { services, row } = site
  if (row.row.phase === 'pushing' && (await isAccepted(site, pending))) return
  await native.reset(site)
  const seen = await seenOfChosenSecret(services)
  if (seen === 'ignored' || seen === 'refused') throw notTaken()

  await row.update({ phase: 'pushing', pushes: row.row.pushes + 1 })
  const chosenSecret = await rotateToSecret(site, secretOf(pending))
  await rememberAnswer({ chosenSecret }, services)
  if (chosenSecret === 'taken') return
  await native.reset(site)
  throw notTaken()
}

/** @throws RotationError (`canary-blind`) where Ory accepts a wrong secret as well */
async function isAccepted(site: RotationSite, pending: Credential): Promise<boolean> {
  return (await tryCredential(pending, canaryTerms(site), site.services)) !== undefined
}

/** A version keeps its value: this one never becomes the client's. */
function notTaken(): RotationError {
  return new RotationError(
    'chosen-secret-not-taken',
    'this Ory no longer takes the secret that it is asked to rotate to; the rotation was undone, and the next one keeps what Ory makes: lapse rotate begins it',
  )
}
