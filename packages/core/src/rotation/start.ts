import { RotationError } from '../errors.ts'
import { rehearse } from './begin.ts'
import { giveUp, settleMoved } from './end.ts'
import { refuseOverlap } from './refuse-overlap.ts'
import { endOverlap } from './retire.ts'
import { isEnded } from './row.ts'
import type { Allowance, RotationServices } from './services.ts'
import { describeSecret, type Site, versionAt, withSite } from './site.ts'

/**
 * Starts a rotation by hand, and gives the id of the version that is to come. What a failed one
 * left behind is cleared first: undone at Ory, then its AWSPENDING removed. An overlap that is past
 * its end is ended.
 *
 * @throws RotationError while an overlap is open, where rotation is not enabled, and as createSecret
 * would: `current-refused` where AWSCURRENT does not authenticate
 */
export async function startRotation(
  secretId: string,
  allowance: Allowance,
  services: RotationServices,
): Promise<string> {
  const arn = await withSite(secretId, allowance, services, clear)
  // The rotation's own steps need the lease, and begin at once.
  const versionId = await services.secrets.rotate(arn)
  services.log.info('a rotation was started by hand', { secret_arn: arn, version_id: versionId })
  return versionId
}

async function clear(site: Site): Promise<string> {
  const { row, secret, current, services } = site
  // What is started here goes on outside of this site.
  await site.client()
  if (!secret.rotationEnabled)
    throw new RotationError('rotation-not-enabled', `rotation of ${secret.name} is not enabled`)

  if (row !== undefined && !isEnded(row.row)) {
    // An overlap that is past its end is ended here, where no sweep has done it.
    const isOver = (await endOverlap(site, row.row.versionId)) === 'retired'
    const rotation = { ...site, row }
    if (!isOver) {
      await refuseOverlap(rotation)
      await (row.row.versionId === current.versionId ? settleMoved(rotation) : giveUp(rotation))
    }
  }
  await rehearse(site, '')
  const stuck = versionAt('AWSPENDING', await describeSecret(secret.arn, services))
  if (stuck !== undefined && stuck !== current.versionId)
    await services.secrets.moveStage(secret.arn, 'AWSPENDING', { from: stuck })
  return secret.arn
}
