import { RotationError } from '../errors.ts'
import { proveCredential } from './canary.ts'
import { decide, requireClient } from './decide.ts'
import { giveUp, settleMoved } from './end.ts'
import { refuseOverlap } from './refuse-overlap.ts'
import { beginRow, isEnded, isUnderWay, type OpenRow, type RotationRow } from './row.ts'
import { overlapMsOf } from './settings.ts'
import type { RotationSite, Site } from './site.ts'
import { writeReceipts } from './write-receipts.ts'

/** The rotation that makes a version: the one in the ledger, or a new one, decided now and for good. */
export async function beginRotation(site: Site, versionId: string): Promise<RotationSite> {
  const { row } = site
  if (row?.row.versionId === versionId) return continued(site, row)

  if (row !== undefined) await endBefore({ ...site, row })
  const decided = await newRotation(site, versionId)
  return { ...site, row: await beginRow(site.services.ledger, decided, row) }
}

/** The rotation that createSecret began. @throws RotationError where it did not, or it is over */
export function continueRotation(site: Site, versionId: string): RotationSite {
  if (site.row?.row.versionId === versionId) return continued(site, site.row)
  throw new RotationError('not-decided', 'createSecret has not run for this version')
}

/**
 * Decides what a rotation would be, proves that AWSCURRENT authenticates, and keeps nothing.
 * @throws RotationError as createSecret would
 */
export async function rehearse(site: Site, versionId: string): Promise<void> {
  await newRotation(site, versionId)
}

/** A version that has AWSPENDING is never the outcome of a rotation that is over. */
function continued(site: Site, row: OpenRow): RotationSite {
  if (isUnderWay(row.row)) return { ...site, row }
  throw new RotationError(
    'given-up',
    `the rotation of this version is over (${row.row.phase}); start another by hand`,
  )
}

/**
 * Nothing is begun on top of an open overlap, nor of what an earlier rotation left at Ory; and what
 * was not told of it is told, since its row goes.
 */
async function endBefore(site: RotationSite): Promise<void> {
  const { row } = site.row
  if (isEnded(row)) return writeReceipts(row, site.services)
  await refuseOverlap(site)
  if (row.versionId === site.current.versionId) return settleMoved(site)
  await giveUp(site)
}

async function newRotation(site: Site, versionId: string): Promise<RotationRow> {
  const { services, secret, entry, current, client, signal } = site
  const { client_id } = current.credential
  const decision = await decide(
    requireClient(client_id, await client()),
    current.credential,
    entry,
    { services, signal },
  )
  await proveCredential('current-refused', current.credential, { ...decision, signal }, services)
  return {
    ...decision,
    secretArn: secret.arn,
    clientId: client_id,
    versionId,
    phase: 'decided',
    startedAt: services.clock.now(),
    overlapMs: overlapMsOf(entry),
    pushes: 0,
    previousVersionId: current.versionId,
  }
}
