import type { FollowUp } from '../ports/index.ts'
import { authenticates } from './canary.ts'
import type { RotationRow } from './row.ts'
import { canaryTerms, type RotationSite } from './site.ts'
import { writeReceipts } from './write-receipts.ts'

/** The kind of the follow-ups that retire an old credential. */
export const retireKind = 'retire-secret'

/** The follow-up that ends a rotation's overlap: one for each version, however often it is scheduled. */
export function retirement(
  { secretArn, versionId, clientId, strategy }: RotationRow,
  dueAt: number,
): FollowUp {
  return {
    id: `${retireKind}#${secretArn}#${versionId}`,
    kind: retireKind,
    dueAt,
    data: { secret_arn: secretArn, version_id: versionId, client_id: clientId, strategy },
  }
}

/**
 * Moves AWSCURRENT to the pending version. The intent to retire the old credential is kept before,
 * so that from the first moment of the overlap on somebody knows of its end.
 *
 * @param provenAt when the pending credential was proven
 */
export async function moveWithOverlap(site: RotationSite, provenAt: number): Promise<void> {
  const { services, row, current, secret } = site
  const { versionId, overlapMs } = row.row
  const previousAccepted = await authenticates(current.credential, canaryTerms(site), services)
  const retireAt = services.clock.now() + overlapMs
  await services.followUps.schedule(retirement(row.row, retireAt))
  await row.update({
    phase: 'finishing',
    previousVersionId: current.versionId,
    retireAt,
    provenAt,
    previousAccepted,
  })
  await services.secrets.moveStage(secret.arn, 'AWSCURRENT', {
    to: versionId,
    from: current.versionId,
  })
  await beginOverlap(site)
}

const rotated = 'a secret was rotated; old and new work until the overlap ends'
const repaired = 'a secret was repaired; what else its client accepts works until the overlap ends'

/** The label has moved: from now on consumers read the new value, and may keep the old one as long as they said. */
export async function beginOverlap({ services, row }: RotationSite): Promise<void> {
  const { versionId, clientId, strategy, overlapMs, secretArn } = row.row
  const movedAt = services.clock.now()
  const retireAt = movedAt + overlapMs
  await row.update({ phase: 'overlap', retireAt, movedAt })
  services.metrics.count('SecretsRotated', 1)
  services.log.info(row.row.repair === undefined ? rotated : repaired, {
    secret_arn: secretArn,
    version_id: versionId,
    client_id: clientId,
    strategy,
    retire_at: new Date(retireAt).toISOString(),
  })
  await writeReceipts(row.row, services)
}
