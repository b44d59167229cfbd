import { randomUUID } from 'node:crypto'
import { RotationError } from '../errors.ts'
import { authenticates } from './canary.ts'
import type { Credential } from './credential.ts'
import type { Decision } from './decide.ts'
import { beginOverlap } from './overlap.ts'
import { type Diagnosis, diagnose, type RepairOptions, type RepairPlan } from './repair-plan.ts'
import { beginRow, isEnded, isUnderWay, type RotationRow } from './row.ts'
import type { Allowance, RotationServices } from './services.ts'
import { overlapMsOf } from './settings.ts'
import {
  canaryTerms,
  lookAtBroken,
  type RotationSite,
  readableCredentialOf,
  type Site,
  versionAt,
  withBrokenSite,
} from './site.ts'
import { closeCut, strategies } from './strategies/index.ts'
import { addKey, createKey, readAnyKeys } from './strategies/key-pair.ts'
import { push } from './strategies/native.ts'
import { writeReceipts } from './write-receipts.ts'

/**
 * What would set a secret right whose value at AWSCURRENT does not authenticate. Changes nothing,
 * and takes no lease.
 * @throws RotationError where nothing may be repaired, with the reason
 */
export async function planRepair(
  secretId: string,
  options: RepairOptions,
  services: RotationServices,
  signal?: AbortSignal,
): Promise<RepairPlan> {
  return (await diagnose(await lookAtBroken(secretId, services, signal), options)).plan
}

/**
 * Does what a plan says, under the lease of the client. Asked again after any failure, it goes on
 * from there. What else the client accepts works until the overlap ends.
 *
 * @returns the id of the version that has AWSCURRENT now
 * @throws RotationError (`repair-changed`) where something else would be done by now
 */
export function repair(
  plan: RepairPlan,
  options: RepairOptions,
  allowance: Allowance,
  services: RotationServices,
): Promise<string> {
  return withBrokenSite(plan.secretArn, allowance, services, async (site) => {
    const diagnosis = await diagnose(site, options)
    if (!isSamePlan(diagnosis.plan, plan))
      throw new RotationError('repair-changed', 'something has changed meanwhile; look again')
    return perform(diagnosis)
  })
}

function isSamePlan(one: RepairPlan, other: RepairPlan): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

async function perform({ plan, site, decision, provenAt }: Diagnosis): Promise<string> {
  const { row } = site
  if (plan.by === 'none' && row !== undefined) return settle({ ...site, row })
  if (plan.versionId !== undefined && row !== undefined)
    return bringBack({ ...site, row }, plan.versionId, provenAt)
  if (decision !== undefined) return makeNew(site, decision)
  throw new RotationError('repair-changed', 'there is nothing to repair any more')
}

/** Whoever moved the label could perhaps not write it down. */
async function settle(site: RotationSite): Promise<string> {
  const { row, current, services } = site
  const { repair, phase } = row.row
  if (repair?.by === 'new') {
    if (phase === 'cutting') await closeCut(site, undefined)
    else await beginOverlap(site)
  } else if (repair !== undefined) {
    await row.update({ repair: { ...repair, doneAt: services.clock.now() } })
    await writeReceipts(row.row, services)
  }
  return current.versionId
}

/** The version before has AWSCURRENT again, and the overlap begins anew, as with a rollback. */
async function bringBack(
  site: RotationSite,
  versionId: string,
  provenAt: number | undefined,
): Promise<string> {
  const { services, row, secret, current } = site
  if (row.row.phase === 'finishing') await beginOverlap(site)
  await writeReceipts(row.row, services)
  await unstage(site)
  const now = services.clock.now()
  const retireAt = now + row.row.overlapMs
  const repair = {
    by: 'previous',
    versionId,
    brokenVersionId: current.versionId,
    openedAt: now,
    ...(provenAt === undefined ? {} : { provenAt }),
    retireAt,
  } as const
  const phase = versionId === row.row.versionId ? 'overlap' : 'rolled-back'
  await row.update({ phase, retireAt, repair })
  const move = { to: versionId, from: current.versionId }
  await services.secrets.moveStage(secret.arn, 'AWSCURRENT', move)
  return settle({ ...site, current: { ...current, versionId } })
}

/** No late step of a rotation finds its version pending. */
async function unstage({ secret, services }: Site): Promise<void> {
  const from = versionAt('AWSPENDING', secret)
  if (from !== undefined) await services.secrets.moveStage(secret.arn, 'AWSPENDING', { from })
}

async function makeNew(site: Site, decision: Decision): Promise<string> {
  const rotation = (await resumed(site, decision)) ?? (await begun(site, decision))
  const { strategy } = rotation.row.row
  const pending = (await pendingOf(rotation)) ?? (await create(rotation))
  if (strategy === 'key-pair') await addKey(rotation, pending, readAnyKeys)
  await strategies[strategy].finish(rotation, pending)
  return rotation.row.row.versionId
}

/** The repair that was begun for the same version, if it can go on. */
async function resumed(site: Site, { strategy }: Decision): Promise<RotationSite | undefined> {
  const { row, current, secret, services } = site
  if (row?.row.repair?.by !== 'new' || !isUnderWay(row.row)) return undefined
  if (row.row.strategy !== strategy) return undefined
  if (row.row.repair.brokenVersionId !== current.versionId) return undefined
  const staged = versionAt('AWSPENDING', secret)
  if (staged !== undefined && staged !== row.row.versionId) return undefined

  const rotation = { ...site, row }
  // What Ory made cannot be set again, where something else has ended it meanwhile.
  const pending = strategy === 'native' ? await pendingOf(rotation) : undefined
  const isLost = pending && !(await authenticates(pending, canaryTerms(rotation), services))
  return isLost ? undefined : rotation
}

/** Takes the place of whatever was there; what else the client accepts ends with this overlap. */
async function begun(site: Site, decision: Decision): Promise<RotationSite> {
  const { row, current, secret, entry, services } = site
  if (row !== undefined) await tellBefore({ ...site, row })
  await unstage(site)
  const now = services.clock.now()
  const versionId = randomUUID()
  const repairing: RotationRow = {
    ...decision,
    kids: row === undefined || isEnded(row.row) ? [] : row.row.kids,
    secretArn: secret.arn,
    clientId: current.credential.client_id,
    versionId,
    phase: 'decided',
    startedAt: now,
    overlapMs: overlapMsOf(entry),
    pushes: 0,
    previousVersionId: current.versionId,
    repair: { by: 'new', versionId, brokenVersionId: current.versionId, openedAt: now },
  }
  return { ...site, row: await beginRow(services.ledger, repairing, row) }
}

/** What was not told of a rotation is told, since its row goes. */
async function tellBefore(site: RotationSite): Promise<void> {
  const { row, current, services } = site
  const hasMoved = row.row.versionId === current.versionId
  if (hasMoved && row.row.phase === 'finishing') return beginOverlap(site)
  if (hasMoved && row.row.phase === 'cutting') return closeCut(site, undefined)
  await writeReceipts(row.row, services)
}

function pendingOf({ row, secret, services }: RotationSite): Promise<Credential | undefined> {
  return readableCredentialOf(row.row.versionId, secret, services)
}

/** Gives the pending version a value, by the client's strategy. */
async function create(site: RotationSite): Promise<Credential> {
  const { strategy } = site.row.row
  if (strategy === 'native') await push(site)
  else if (strategy === 'key-pair') await createKey(site, site.current.credential.private_jwk ?? {})
  else await strategies.replace.create(site)

  const pending = await pendingOf(site)
  if (pending !== undefined) return pending
  throw new RotationError('version-without-value', 'the new version has no value yet')
}
