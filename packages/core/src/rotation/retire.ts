import { RotationError } from '../errors.ts'
import type { FollowUp } from '../ports/index.ts'
import { authenticates } from './canary.ts'
import { isSameCredential } from './credential.ts'
import { readClient } from './decide.ts'
import { settleMoved } from './end.ts'
import type { Allowance, RotationServices } from './services.ts'
import { canaryTerms, credentialOf, type RotationSite, type Site, withSite } from './site.ts'
import { strategies } from './strategies/index.ts'

/** What came of a follow-up: the old credential is retired, or there is nothing left to retire. */
export type Retired = 'retired' | 'obsolete'

/**
 * Ends the overlap that a follow-up of the kind `retire-secret` stands for: whatever is not at
 * AWSCURRENT by then no longer authenticates. May be asked any number of times; whoever asks ends
 * the follow-up with what came of it.
 *
 * @returns `undefined` where it is not yet time, and the follow-up has to stay open
 * @throws RotationError where AWSCURRENT does not authenticate: somebody else's credential may be
 * in use, and is left alone
 */
export async function retire(
  { data: { secret_arn, version_id } }: FollowUp,
  allowance: Allowance,
  services: RotationServices,
): Promise<Retired | undefined> {
  const secretArn = String(secret_arn)
  if (await isGone(secretArn, services)) return 'obsolete'
  return withSite(secretArn, allowance, services, (site) => endOverlap(site, String(version_id)))
}

async function isGone(secretArn: string, { secrets }: RotationServices): Promise<boolean> {
  const secret = await secrets.describe(secretArn)
  return secret === undefined || secret.deletedAt !== undefined
}

async function endOverlap(site: Site, versionId: string): Promise<Retired | undefined> {
  const { row, services, current } = site
  if (row?.row.versionId !== versionId || row.row.phase === 'given-up') return 'obsolete'
  if (row.row.phase === 'closed') return 'retired'

  const rotation = { ...site, row }
  if (versionId === current.versionId) await settleMoved(rotation)
  const { phase, retireAt } = row.row
  if (phase !== 'overlap' && phase !== 'rolled-back') return undefined
  if (retireAt === undefined || services.clock.now() < retireAt) return undefined

  if (await hasClient(rotation)) await leaveOne(rotation)
  await row.update({ phase: 'closed', closedAt: services.clock.now() })
  services.metrics.count('SecretsRetired', 1)
  services.log.info('the overlap has ended; one credential is left', {
    secret_arn: row.row.secretArn,
    version_id: versionId,
    client_id: row.row.clientId,
    strategy: row.row.strategy,
  })
  return 'retired'
}

async function hasClient({ current, services, signal }: RotationSite): Promise<boolean> {
  try {
    await readClient(current.credential.client_id, { ory: services.ory, signal })
    return true
  } catch (error) {
    if (error instanceof RotationError && error.reason === 'client-missing') return false
    throw error
  }
}

/** Ends all but AWSCURRENT, and looks again: the old credential has to be refused. */
async function leaveOne(site: RotationSite): Promise<void> {
  const { row } = site.row
  await strategies[row.strategy].reset(site)
  for (const versionId of [row.versionId, row.previousVersionId]) {
    const credential = await credentialOf(versionId, site.secret, site.services)
    if (credential === undefined || isSameCredential(credential, site.current.credential)) continue
    if (await authenticates(credential, canaryTerms(site), site.services))
      throw new RotationError('previous-accepted', 'the retired credential still authenticates')
  }
}
