import { proveCredential } from './canary.ts'
import { beginOverlap } from './overlap.ts'
import { canaryTerms, type RotationSite } from './site.ts'
import { closeCut, strategies } from './strategies/index.ts'
import { writeReceipts } from './write-receipts.ts'

/** Undoes at Ory whatever a rotation did whose label never moved. */
export async function giveUp(site: RotationSite): Promise<void> {
  const { services, row } = site
  const { secretArn, versionId, clientId, strategy, phase } = row.row
  await strategies[strategy].reset(site)
  await row.update({ phase: 'given-up', closedAt: services.clock.now() })
  services.log.warn('a rotation was given up and undone', {
    secret_arn: secretArn,
    version_id: versionId,
    client_id: clientId,
    strategy,
    phase,
  })
}

/** The label has moved, and whoever moved it could perhaps not write it down. */
export async function settleMoved(site: RotationSite): Promise<void> {
  const { phase } = site.row.row
  if (phase === 'finishing') return beginOverlap(site)
  if (phase === 'cutting') return settleCut(site)
  await writeReceipts(site.row.row, site.services)
}

/** The new secret was put in place before the label moved, and perhaps taken out again. */
async function settleCut(site: RotationSite): Promise<void> {
  const { row, current, services } = site
  await strategies[row.row.strategy].reset(site)
  const { credential } = current
  await closeCut(
    site,
    await proveCredential('current-refused', credential, canaryTerms(site), services),
  )
}
