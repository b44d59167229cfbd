import { RotationError } from '../errors.ts'
import { proveCredential } from './canary.ts'
import { isOverlapping } from './row.ts'
import { canaryTerms, type RotationSite } from './site.ts'

/**
 * @throws RotationError (`overlap-open`) while what is not at AWSCURRENT may work on purpose;
 * `current-refused` where what is at AWSCURRENT does not
 */
export async function refuseOverlap(site: RotationSite): Promise<void> {
  const { row } = site.row
  if (!isOverlapping(row, site.current.versionId)) return
  await refuseBroken(site)
  const until = new Date(row.retireAt ?? row.startedAt).toISOString()
  throw new RotationError(
    'overlap-open',
    `the overlap of the last rotation is open: from ${until} on the sweep retires what is not at AWSCURRENT`,
  )
}

/** @throws RotationError (`current-refused`) where AWSCURRENT has to be set right before anything else */
export async function refuseBroken(site: RotationSite): Promise<void> {
  const { current, services } = site
  await proveCredential('current-refused', current.credential, canaryTerms(site), services)
}
