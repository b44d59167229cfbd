import { RotationError } from '../errors.ts'
import { proveCredential } from './canary.ts'
import { settleMoved } from './end.ts'
import { refuseBroken } from './refuse-overlap.ts'
import type { Allowance, RotationServices } from './services.ts'
import {
  canaryTerms,
  type RotationSite,
  readableCredentialOf,
  type Site,
  withSite,
} from './site.ts'
import { writeReceipts } from './write-receipts.ts'

/**
 * Gives AWSCURRENT back to the version before, while the overlap lasts; the overlap begins anew,
 * because consumers have read the new value meanwhile. Asked again, it changes nothing.
 *
 * @returns the id of the version that has AWSCURRENT now
 * @throws RotationError (`overlap-ended`) where there is nothing to go back to (any more), `previous-refused`
 * where it no longer authenticates, `current-refused` where AWSCURRENT does not either,
 * `current-replaced` where that is another version by now
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
  if (current.versionId === previousVersionId) {
    await settleMovedBack(rotation)
    return previousVersionId
  }
  if (current.versionId !== versionId) {
    await refuseBroken(rotation)
    throw new RotationError(
      'current-replaced',
      'something else has put another version at AWSCURRENT meanwhile: there is nothing to roll back',
    )
  }

  await refuseEnded(rotation)
  await moveBack(rotation, await provePrevious(rotation))
  return previousVersionId
}

/** Past its end an overlap is over, whether or not a sweep has been there: what was before it may be what leaked. */
async function refuseEnded(site: RotationSite): Promise<void> {
  const { retireAt = 0 } = site.row.row
  if (site.services.clock.now() < retireAt) return
  await refuseBroken(site)
  const end = new Date(retireAt).toISOString()
  throw new RotationError(
    'overlap-ended',
    `the overlap ended at ${end}, so there is nothing to roll back to; lapse rotate makes a new credential`,
  )
}

function nothingLeft(): RotationError {
  return new RotationError('overlap-ended', 'there is no overlap, and nothing to roll back to')
}

async function provePrevious(site: RotationSite): Promise<number> {
  const { row, secret, services } = site
  const previous = await readableCredentialOf(row.row.previousVersionId, secret, services)
  if (previous === undefined) throw nothingLeft()
  if (previous.client_id !== site.current.credential.client_id)
    throw new RotationError('secret-of-another-client', 'AWSPREVIOUS names another client')
  try {
    return await proveCredential('previous-refused', previous, canaryTerms(site), services)
  } catch (error) {
    // Where neither works, there is another way than back.
    await refuseBroken(site)
    throw error
  }
}

/** A version that keeps AWSPENDING would be finished again by a late delivery: that label goes first. */
async function moveBack(site: RotationSite, previousProvenAt: number): Promise<void> {
  const { services, secret, row } = site
  const { versionId, previousVersionId, overlapMs } = row.row
  const retireAt = services.clock.now() + overlapMs
  await row.update({ phase: 'rolled-back', retireAt, previousProvenAt })
  if (secret.versions[versionId]?.includes('AWSPENDING'))
    await services.secrets.moveStage(secret.arn, 'AWSPENDING', { from: versionId })
  await services.secrets.moveStage(secret.arn, 'AWSCURRENT', {
    to: previousVersionId,
    from: versionId,
  })
  await settleMovedBack(site)
}

/** The label has moved back, and whoever moved it could perhaps not write it down. */
export async function settleMovedBack({ services, row }: RotationSite): Promise<void> {
  const { secretArn, versionId, clientId, rolledBackAt } = row.row
  const isRepair = row.row.repair?.versionId === row.row.previousVersionId
  if (rolledBackAt !== undefined || isRepair) return writeReceipts(row.row, services)

  await row.update({ rolledBackAt: services.clock.now() })
  services.metrics.count('SecretsRolledBack', 1)
  services.log.warn('a rotation was rolled back; both credentials work until the overlap ends', {
    secret_arn: secretArn,
    version_id: versionId,
    client_id: clientId,
  })
  await writeReceipts(row.row, services)
}
