import { type Absence, findSecret } from './find-secret.ts'
import { isOverlapping, openRow, type RotationRow } from './row.ts'
import type { RotationServices } from './services.ts'
import { overlapMsOf, type RotationEntry } from './settings.ts'
import { versionAt } from './site.ts'

/** A configured secret as it stands, without any value. Times are milliseconds since the epoch. */
export interface SecretStatus {
  readonly secretId: string
  /** `undefined` where there is no such secret; `absence` then says why. */
  readonly arn: string | undefined
  readonly absence: Absence | undefined
  readonly rotationEnabled: boolean
  /** Version ids and their stages. */
  readonly stages: Readonly<Record<string, readonly string[]>>
  /** How long it has had its value, as far as Secrets Manager tells; `undefined` where it does not. */
  readonly ageMs: number | undefined
  /** When anything of it was changed last: that a rotation was asked for, say. */
  readonly changedAt: number | undefined
  readonly nextRotationAt: number | undefined
  /** A version that a failed rotation left with AWSPENDING, or that is being made just now. */
  readonly pending: string | undefined
  readonly overlapMs: number
  /** Of the latest rotation; `undefined` where there never was one. */
  readonly strategy: RotationRow['strategy'] | undefined
  readonly phase: RotationRow['phase'] | undefined
  readonly startedAt: number | undefined
  /** The version that it makes, or made. */
  readonly versionId: string | undefined
  /** Set while two credentials work on purpose. */
  readonly overlap: { readonly versionId: string; readonly retireAt: number } | undefined
}

/** One configured secret. Reads only. */
export async function statusOf(
  entry: RotationEntry,
  { secrets, ledger, clock }: Pick<RotationServices, 'secrets' | 'ledger' | 'clock'>,
): Promise<SecretStatus> {
  const { secretId } = entry
  const overlapMs = overlapMsOf(entry)
  const { secret, absence } = await findSecret(secretId, { secrets })
  if (secret === undefined) return { ...nothing, secretId, overlapMs, absence }

  const { arn, rotationEnabled, versions: stages, nextRotationAt } = secret
  const row = (await openRow(ledger, arn))?.row
  const current = versionAt('AWSCURRENT', secret)
  const atPending = versionAt('AWSPENDING', secret)
  const pending = atPending === current ? undefined : atPending
  const since = secret.lastRotatedAt ?? (pending === undefined ? secret.lastChangedAt : undefined)
  return {
    secretId,
    arn,
    absence: undefined,
    rotationEnabled,
    stages,
    ageMs: since === undefined ? undefined : clock.now() - since,
    changedAt: secret.lastChangedAt,
    nextRotationAt,
    pending,
    overlapMs,
    strategy: row?.strategy,
    phase: row?.phase,
    startedAt: row?.startedAt,
    versionId: row?.versionId,
    overlap: row && overlapOf(row, current),
  }
}

/** Of a secret that could not be read. */
export const nothing = {
  arn: undefined,
  rotationEnabled: false,
  stages: {},
  ageMs: undefined,
  changedAt: undefined,
  nextRotationAt: undefined,
  pending: undefined,
  strategy: undefined,
  phase: undefined,
  startedAt: undefined,
  versionId: undefined,
  overlap: undefined,
} as const

function overlapOf(row: RotationRow, current: string | undefined): SecretStatus['overlap'] {
  const { versionId, retireAt } = row
  if (current === undefined || retireAt === undefined) return undefined
  return isOverlapping(row, current) ? { versionId, retireAt } : undefined
}
