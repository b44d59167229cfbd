import { newClientSecret } from '../../ory/index.ts'
import { authenticates, proveCredential } from '../canary.ts'
import type { Credential } from '../credential.ts'
import { secretValueOf } from '../credential.ts'
import {
  canaryTerms,
  describeSecret,
  type RotationSite,
  readableCredentialOf,
  versionAt,
} from '../site.ts'
import { writeReceipts } from '../write-receipts.ts'
import { resetToCurrent, secretOf, setClientSecret } from './client-secret.ts'
import type { Strategy } from './strategy.ts'

/**
 * The client has one secret, and gets another: the label moves right after, and consumers fail
 * until they have read the new value.
 */
export const replace: Strategy = {
  async create({ services, secret, row, current }) {
    const { client_id } = current.credential
    const value = secretValueOf({ client_id, client_secret: newClientSecret() })
    await services.secrets.put(secret.arn, row.row.versionId, value, 'AWSPENDING')
  },
  async set() {},
  /** A pre-flight: that the pending secret works can only be seen once it is the client's. */
  async test(site, pending) {
    secretOf(pending)
    await replace.reset(site)
    await proveCredential(
      'current-refused',
      site.current.credential,
      canaryTerms(site),
      site.services,
    )
  },
  async finish(site, pending) {
    await site.row.update({ phase: 'cutting' })
    await closeCut(site, await cut(site, pending))
  },
  async reset(site) {
    if (site.row.row.phase !== 'decided') await resetToCurrent(site)
  },
}

/**
 * The label has moved: nothing but the new secret is left.
 * @param provenAt when the new secret was proven; `undefined` where nobody saw it
 */
export async function closeCut(site: RotationSite, provenAt: number | undefined): Promise<void> {
  const { services, row } = site
  const { secretArn, versionId, clientId, strategy } = row.row
  const previousAccepted = await acceptsPrevious(site)
  const now = services.clock.now()
  await row.update({
    phase: 'closed',
    closedAt: now,
    movedAt: now,
    ...(provenAt === undefined ? {} : { provenAt }),
    ...(previousAccepted === undefined ? {} : { previousAccepted }),
  })
  services.metrics.count('SecretsRotated', 1)
  services.log.info('a secret was replaced', {
    secret_arn: secretArn,
    version_id: versionId,
    client_id: clientId,
    strategy,
  })
  await writeReceipts(row.row, services)
}

/** `undefined` where Secrets Manager no longer has the old value. */
async function acceptsPrevious(site: RotationSite): Promise<boolean | undefined> {
  const { services, secret, row } = site
  const previous = await readableCredentialOf(row.row.previousVersionId, secret, services)
  return previous && authenticates(previous, canaryTerms(site), services)
}

/**
 * What fails before the label has moved is undone, so that consumers do not wait for a redelivery.
 * @returns when the new secret was proven, if it was
 */
async function cut(site: RotationSite, pending: Credential): Promise<number | undefined> {
  const { services, secret, row, current } = site
  const { versionId } = row.row
  const proven: { at?: number } = {}
  try {
    await setClientSecret(site, pending)
    proven.at = await proveCredential('pending-refused', pending, canaryTerms(site), services)
    const move = { to: versionId, from: current.versionId }
    await services.secrets.moveStage(secret.arn, 'AWSCURRENT', move)
    return proven.at
  } catch (error) {
    const now = await describeSecret(secret.arn, services)
    if (versionAt('AWSCURRENT', now) === versionId) return proven.at
    await resetToCurrent(site)
    throw error
  }
}
