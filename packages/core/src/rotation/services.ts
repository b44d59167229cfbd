import type { LeaseRow } from '../leases/index.ts'
import type { Ory } from '../ory/index.ts'
import type {
  Clock,
  FollowUps,
  Ledger,
  Log,
  Metrics,
  PendingReceipts,
  SecretVersions,
} from '../ports/index.ts'
import type { RotationReceiptRow } from './receipt.ts'
import type { EndpointRow, RotationRow } from './row.ts'
import type { RotationSettings } from './settings.ts'

/** What rotation needs of the outside. */
export interface RotationServices {
  readonly ory: Ory
  readonly secrets: SecretVersions
  readonly ledger: Ledger<RotationRow>
  /** Written once and never again: in the same table as the rows. */
  readonly receipts: Ledger<RotationReceiptRow>
  /** Told of every receipt before it is written. */
  readonly pendingReceipts: Pick<PendingReceipts, 'mark'>
  /** In the same table as well. */
  readonly endpoints: Ledger<EndpointRow>
  readonly leases: Ledger<LeaseRow>
  readonly followUps: FollowUps
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly settings: RotationSettings
}

/** The time there is for a piece of work. */
export interface Allowance {
  /** Milliseconds since the epoch; the lease on the client lasts as long. */
  readonly deadline: number
  readonly signal?: AbortSignal
}
