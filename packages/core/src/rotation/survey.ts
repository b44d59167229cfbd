import {
  codeOf,
  DeadlineError,
  LeaseHeldError,
  LedgerConflictError,
  RotationError,
} from '../errors.ts'
import type { Absence } from './find-secret.ts'
import type { Allowance, RotationServices } from './services.ts'
import type { RotationEntry } from './settings.ts'
import { type Site, withSite } from './site.ts'
import { type SecretStatus, statusOf } from './status.ts'
import { triesWell } from './try-current.ts'

/** What a person has to look at, of a secret that lapse is to rotate. */
export interface OverdueSecret {
  readonly secretId: string
  /**
   * `missing` and `rotation-not-enabled` are mistakes of the configuration, `late` is a schedule that
   * did not run, `unfinished` a rotation that stopped half-way, `not-retired` an overlap past its end.
   * `unreadable` could not be looked at: `problem` says why, an error's code.
   */
  readonly reason:
    | 'missing'
    | 'rotation-not-enabled'
    | 'late'
    | 'unfinished'
    | 'not-retired'
    | 'unreadable'
  readonly problem?: string
  /** Of `missing`: why. `denied` is said of a name that is wrong as well. */
  readonly absence?: Absence
  /** Since when, in milliseconds since the epoch, where that is known. */
  readonly since: number | undefined
}

/** Secrets Manager rotates within a window that may last a day; what is due now is not late yet. */
const graceMs = 24 * 60 * 60 * 1000

type Reading = Pick<RotationServices, 'secrets' | 'ledger' | 'clock' | 'settings'>

/**
 * Configured secrets whose rotation, or whose retirement, has not happened when it should have. One
 * that cannot be read hides no other.
 */
export async function overdueSecrets(services: Reading): Promise<readonly OverdueSecret[]> {
  const { clock, settings } = services
  const look = async (entry: RotationEntry): Promise<readonly OverdueSecret[]> => {
    const { secretId } = entry
    try {
      return overdue(await statusOf(entry, services), clock.now())
    } catch (error) {
      return [{ secretId, reason: 'unreadable', since: undefined, problem: codeOf(error) }]
    }
  }
  return (await Promise.all(settings.entries.map(look))).flat()
}

export function overdue(status: SecretStatus, now: number): readonly OverdueSecret[] {
  const { secretId, absence, rotationEnabled, nextRotationAt, overlap, pending, startedAt } = status
  if (absence !== undefined) return [{ secretId, reason: 'missing', absence, since: undefined }]
  if (!rotationEnabled) return [{ secretId, reason: 'rotation-not-enabled', since: undefined }]

  const isLate = (since: number | undefined): since is number =>
    since !== undefined && since + graceMs < now
  if (isLate(overlap?.retireAt))
    return [{ secretId, reason: 'not-retired', since: overlap?.retireAt }]
  if (pending !== undefined && isLate(startedAt))
    return [{ secretId, reason: 'unfinished', since: startedAt }]
  return isLate(nextRotationAt) ? [{ secretId, reason: 'late', since: nextRotationAt }] : []
}

/** A configured secret whose value at AWSCURRENT does not authenticate, or could not be tried. */
export interface OverwrittenCredential {
  readonly secretId: string
  /**
   * `refused`: something else changed the client, or the value. `untried` says why in `problem`, an
   * error's code or reason.
   */
  readonly reason: 'refused' | 'client-missing' | 'untried'
  readonly problem?: string
}

/**
 * Tries what is at AWSCURRENT of every configured secret. Changes nothing; a secret that somebody
 * works on just now is left for the next time, and one that cannot be tried hides no other.
 */
export async function overwrittenCredentials(
  allowance: Allowance,
  services: RotationServices,
): Promise<readonly OverwrittenCredential[]> {
  const found: OverwrittenCredential[] = []
  for (const { secretId } of services.settings.entries) {
    const reason = await inTime(secretId, allowance, services).catch(untried)
    if (reason !== undefined) found.push({ secretId, ...reason })
  }
  return found
}

type Finding = Omit<OverwrittenCredential, 'secretId'>

async function inTime(
  secretId: string,
  allowance: Allowance,
  services: RotationServices,
): Promise<Finding | undefined> {
  if (services.clock.now() >= allowance.deadline) throw new DeadlineError('no time to try it')
  return withSite(secretId, allowance, services, tryCurrent)
}

function untried(error: unknown): Finding | undefined {
  if (error instanceof LeaseHeldError || error instanceof LedgerConflictError) return undefined
  if (!(error instanceof RotationError)) return { reason: 'untried', problem: codeOf(error) }
  if (error.reason === 'client-missing') return { reason: 'client-missing' }
  return { reason: 'untried', problem: error.reason }
}

async function tryCurrent(site: Site): Promise<Finding | undefined> {
  return (await triesWell(site)) ? undefined : { reason: 'refused' }
}
