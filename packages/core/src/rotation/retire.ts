import { RotationError } from '../errors.ts'
import type { FollowUp } from '../ports/index.ts'
import { authenticates } from './canary.ts'
import { type Credential, isSameCredential } from './credential.ts'
import { settleMoved } from './end.ts'
import { settleMovedBack } from './rollback.ts'
import type { Retirement } from './row.ts'
import type { Allowance, RotationServices } from './services.ts'
import {
  canaryTerms,
  type RotationSite,
  readableCredentialOf,
  type Site,
  withSite,
} from './site.ts'
import { strategies } from './strategies/index.ts'
import { writeReceipts } from './write-receipts.ts'

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

/** Retires what is not at AWSCURRENT, if the overlap is past its end. */
export async function endOverlap(site: Site, versionId: string): Promise<Retired | undefined> {
  const { row, services, current } = site
  if (row?.row.versionId !== versionId || row.row.phase === 'given-up') return 'obsolete'
  if (row.row.phase === 'closed') {
    await writeReceipts(row.row, services)
    return 'retired'
  }
  const rotation = { ...site, row }
  if (versionId === current.versionId) await settleMoved(rotation)
  const { phase, retireAt, previousVersionId } = row.row
  if (phase !== 'overlap' && phase !== 'rolled-back') return undefined
  if (retireAt === undefined || services.clock.now() < retireAt) return undefined

  if (phase === 'rolled-back' && previousVersionId === current.versionId)
    await settleMovedBack(rotation)
  const retirement = (await site.client()) ? await leaveOne(rotation) : goneWith(rotation)
  await row.update({ phase: 'closed', closedAt: services.clock.now(), retirement })
  services.metrics.count('SecretsRetired', 1)
  services.log.info('the overlap has ended; one credential is left', {
    secret_arn: row.row.secretArn,
    version_id: versionId,
    client_id: row.row.clientId,
    strategy: row.row.strategy,
  })
  await writeReceipts(row.row, services)
  return 'retired'
}

/** A client that is gone took its credentials along. */
function goneWith({ row, services }: RotationSite): Retirement {
  const nothing = { openedAt: services.clock.now(), before: 0, old: 0 }
  return { ...nothing, ...row.row.retirement, after: 0, clientGone: true }
}

/** Ends all but AWSCURRENT, and looks again: the old credential has to be refused. */
async function leaveOne(site: RotationSite): Promise<Retirement> {
  const old = await oldCredentials(site)
  const retirement = await openRetirement(old, site)
  await strategies[site.row.row.strategy].reset(site)
  if ((await countAccepted(old, site)) > 0)
    throw new RotationError('previous-accepted', 'the retired credential still authenticates')
  return { ...retirement, after: await countAccepted([site.current.credential], site) }
}

/** What is accepted is counted once, before anything is ended, whatever dies afterwards. */
async function openRetirement(old: readonly Credential[], site: RotationSite): Promise<Retirement> {
  const { row, current, services } = site
  const { retirement: opened, retireAt = 0 } = row.row
  // What was counted before a rollback began the overlap anew says nothing of this one.
  if (opened !== undefined && opened.openedAt >= retireAt) return opened

  const accepted = await countAccepted(old, site)
  const before = accepted + (await countAccepted([current.credential], site))
  const retirement = { openedAt: services.clock.now(), before, old: accepted }
  await row.update({ retirement })
  return retirement
}

async function oldCredentials({ row, secret, current, services }: RotationSite) {
  const found: Credential[] = []
  for (const versionId of [row.row.versionId, row.row.previousVersionId]) {
    const credential = await readableCredentialOf(versionId, secret, services)
    if (credential !== undefined && !isSameCredential(credential, current.credential))
      found.push(credential)
  }
  return found
}

async function countAccepted(
  credentials: readonly Credential[],
  site: RotationSite,
): Promise<number> {
  const accepted: Credential[] = []
  for (const credential of credentials)
    if (await authenticates(credential, canaryTerms(site), site.services)) accepted.push(credential)
  return accepted.length
}
