import { RotationError } from '../errors.ts'
import { proveCredential } from './canary.ts'
import { settleMoved } from './end.ts'
import type { Allowance, RotationServices } from './services.ts'
import { canaryTerms, credentialOf, type RotationSite, type Site, withSite } from './site.ts'

/**
 * Gives AWSCURRENT back to the version before, while the overlap lasts; the overlap begins anew,
 * because consumers have read the new value meanwhile. Asked again, it changes nothing.
 *
 * @returns the id of the version that has AWSCURRENT now
 * @throws RotationError (`overlap-ended`) where there is nothing to go back to,
 * `previous-refused` where it no longer authenticates
 */
export function rollback(
  secretId: string,
  allowance: Allowance,
  services: RotationServices,
): Promise<string> {
  return withSite(secretId, allowance, services, swap)
}

async function swap(site: Site): Promise<string> {
  const { row, current } = site
  if (row === undefined) throw nothingLeft()
  const rotation = { ...site, row }
  if (row.row.versionId === current.versionId) await settleMoved(rotation)

  const { phase, previousVersionId, versionId } = row.row
  if (phase !== 'overlap' && phase !== 'rolled-back') throw nothingLeft()
  if (current.versionId === previousVersionId) return previousVersionId
  if (current.versionId !== versionId) throw nothingLeft()

  await provePrevious(rotation)
  await moveBack(rotation)
  return previousVersionId
}

function nothingLeft(): RotationError {
  return new RotationError('overlap-ended', 'there is no overlap, and nothing to roll back to')
}

async function provePrevious(site: RotationSite): Promise<void> {
  const { row, secret, services } = site
  const previous = await credentialOf(row.row.previousVersionId, secret, services)
  if (previous === undefined) throw nothingLeft()
  await proveCredential('previous-refused', previous, canaryTerms(site), services)
}

/** A version that keeps AWSPENDING would be finished again by a late delivery: that label goes first. */
async function moveBack({ services, secret, row }: RotationSite): Promise<void> {
  const { versionId, previousVersionId, overlapMs, clientId } = row.row
  await row.update({ phase: 'rolled-back', retireAt: services.clock.now() + overlapMs })
  if (secret.versions[versionId]?.includes('AWSPENDING'))
    await services.secrets.moveStage(secret.arn, 'AWSPENDING', { from: versionId })
  await services.secrets.moveStage(secret.arn, 'AWSCURRENT', {
    to: previousVersionId,
    from: versionId,
  })
  services.metrics.count('SecretsRolledBack', 1)
  services.log.warn('a rotation was rolled back; both credentials work until the overlap ends', {
    secret_arn: secret.arn,
    version_id: versionId,
    client_id: clientId,
  })
}
