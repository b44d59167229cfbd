import { RotationError } from '../errors.ts'
import type { OAuth2Client } from '../ory/index.ts'
import { holdsSuspendedType } from '../protection/index.ts'
import { type CanaryTerms, proveRefused, tryCredential, wrongSecretOf } from './canary.ts'
import { registeredAlgorithm } from './client-key.ts'
import { type Decision, decideAnew, registeredMethod, requireClient } from './decide.ts'
import { isOverlapping, isUnderWay, type StrategyName } from './row.ts'
import { overlapMsOf } from './settings.ts'
import { readableCredentialOf, type Site, versionAt } from './site.ts'

/** What a repair has to be asked for. */
export interface RepairOptions {
  /** Whether a client that authenticates by a key may get a new one. */
  readonly newKey?: boolean
}

/** What a repair would do, to be shown before it is done. Holds no value. */
export interface RepairPlan {
  readonly secretId: string
  readonly secretArn: string
  readonly clientId: string
  /** The version that has AWSCURRENT, and does not authenticate. */
  readonly brokenVersionId: string
  /**
   * `previous`: AWSCURRENT goes to the version at AWSPREVIOUS, whose overlap is open; `new`: to a new
   * credential; `none`: it was repaired already, and only the receipt may be missing.
   */
  readonly by: 'previous' | 'new' | 'none'
  /** Of `previous`: the version that gets AWSCURRENT. */
  readonly versionId: string | undefined
  /** Of `new`: how the client gets its credential. */
  readonly strategy: StrategyName | undefined
  /** How long any other credential of the client works afterwards; with `replace` not at all. */
  readonly overlapMs: number
}

/** A plan, and what it was made from. */
export interface Diagnosis {
  readonly plan: RepairPlan
  readonly site: Site
  /** Of `new`. */
  readonly decision: Decision | undefined
  /** Of `previous`: when it authenticated, and a wrong one did not. */
  readonly provenAt: number | undefined
}

/** As long as one step of a rotation may run: what began before has stopped. */
export const longestStepMs = 15 * 60_000

/**
 * Looks at what is wrong with AWSCURRENT, and decides what would set it right. Changes nothing.
 * @throws RotationError where nothing may be repaired: `client-missing`, `client-suspended`,
 * `rotation-running`, `current-accepted`, `canary-blind`, `new-key-unasked`, and as a rotation does
 */
export async function diagnose(opened: Site, options: RepairOptions): Promise<Diagnosis> {
  const { client_id } = opened.current.credential
  const client = requireClient(client_id, await opened.client())
  const site = { ...opened, current: fitting(opened.current, client) }
  const { services, entry, secret, current, signal } = site
  const about = {
    secretId: entry.secretId,
    secretArn: secret.arn,
    clientId: client_id,
    brokenVersionId: current.versionId,
    versionId: undefined,
    strategy: undefined,
    overlapMs: overlapMsOf(entry),
  }
  const nothing = { site, decision: undefined, provenAt: undefined }
  if (isUntold(site)) return { ...nothing, plan: { ...about, by: 'none' } }

  if (isHeld(client))
    throw new RotationError(
      'client-suspended',
      `the client ${client_id} is suspended; have it restored first`,
    )
  refuseRunning(site)
  const terms = termsOf(client, site)
  await proveRefused(current.credential, terms, services)

  const previous = await previousInOverlap(site, terms)
  if (previous !== undefined) {
    const { versionId, provenAt } = previous
    return { ...nothing, provenAt, plan: { ...about, by: 'previous', versionId } }
  }
  const decision = await decideAnew(client, entry, options, { services, signal })
  return { ...nothing, decision, plan: { ...about, by: 'new', strategy: decision.strategy } }
}

/** How a client's credential is tried, by its registration alone. */
export function termsOf(client: OAuth2Client, { signal }: Site): CanaryTerms {
  return {
    authMethod: registeredMethod(client),
    algorithm: registeredAlgorithm(client),
    signal,
  }
}

/** A value that is none of the kind the client authenticates by is as good as none. */
function fitting({ versionId, credential }: Site['current'], client: OAuth2Client) {
  const isKey = credential.private_jwk !== undefined
  const isFitting = isKey === (client.token_endpoint_auth_method === 'private_key_jwt')
  return { versionId, credential: isFitting ? credential : wrongSecretOf(credential.client_id) }
}

/** Whether a repair moved the label, and could perhaps not write it down. */
function isUntold({ row, current }: Site): boolean {
  const repair = row?.row.repair
  if (row === undefined || repair?.versionId !== current.versionId) return false
  return repair.by === 'new' ? row.row.movedAt === undefined : repair.doneAt === undefined
}

/** Whether it is suspended, or half so. */
function isHeld({ grant_types, response_types }: OAuth2Client): boolean {
  return [grant_types, response_types].some(holdsSuspendedType)
}

/** A rotation that has only stopped goes under in the repair; one that cuts can be undone. */
function refuseRunning({ row, secret, current, services }: Site): void {
  if (row === undefined || row.row.repair !== undefined || !isUnderWay(row.row)) return
  const { versionId, startedAt, phase } = row.row
  if (versionAt('AWSPENDING', secret) !== versionId || versionId === current.versionId) return

  const until = startedAt + longestStepMs
  if (phase === 'cutting')
    throw new RotationError('rotation-running', 'a rotation is not over; lapse rotate undoes it')
  if (services.clock.now() < until)
    throw new RotationError(
      'rotation-running',
      `a rotation runs, or has just failed; try again from ${new Date(until).toISOString()} on`,
    )
}

/** The version at AWSPREVIOUS, while its overlap lasts and if it authenticates. */
async function previousInOverlap(site: Site, terms: CanaryTerms) {
  const { row, secret, current, services } = site
  const versionId = versionAt('AWSPREVIOUS', secret)
  if (row === undefined || versionId === undefined) return undefined
  if (!isOverlapping(row.row, current.versionId)) return undefined
  if (versionId !== row.row.versionId && versionId !== row.row.previousVersionId) return undefined
  if ((row.row.retireAt ?? 0) <= services.clock.now()) return undefined

  const credential = await readableCredentialOf(versionId, secret, services)
  if (credential?.client_id !== current.credential.client_id) return undefined
  const provenAt = await tryCredential(credential, terms, services)
  return provenAt === undefined ? undefined : { versionId, provenAt }
}
