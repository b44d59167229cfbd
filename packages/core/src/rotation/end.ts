import { beginOverlap } from './overlap.ts'
import type { RotationSite } from './site.ts'
import { closeCut, strategies } from './strategies/index.ts'

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

/** The label has moved, and whoever moved it could not write it down. */
export async function settleMoved(site: RotationSite): Promise<void> {
  const { phase, strategy } = site.row.row
  if (phase === 'finishing') await beginOverlap(site)
  if (phase !== 'cutting') return

  // The new secret was put in place before the label moved, and perhaps taken out again.
  await strategies[strategy].reset(site)
  await closeCut(site)
}
