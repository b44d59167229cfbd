import type { RotationRow } from '@lapse/core/rotation'
import type { RequestCounts } from './background-client.ts'

/** What the ledger and Secrets Manager hold of a rotation that is over; no value of any secret. */
export interface RotationReceipt {
  readonly workflow: 'rotate-client-secret'
  /** The call that began it: its id is the ClientRequestToken, the version it made. */
  readonly event: {
    readonly type: 'RotateSecret'
    readonly id: string
    /** The secret's ARN. */
    readonly source: string
    /** RFC 3339. */
    readonly time: string
  }
  readonly secret_id: string
  readonly client_id: string
  readonly strategy: RotationRow['strategy'] | undefined
  /** `closed` once one credential is left. */
  readonly phase: RotationRow['phase'] | undefined
}

/** Whether the credentials of a rotated client authenticated. */
export interface CredentialReport {
  readonly secret_id: string
  readonly client_id: string
  readonly strategy: RotationRow['strategy'] | undefined
  readonly oldBefore: boolean
  readonly oldDuringOverlap: boolean
  readonly newDuringOverlap: boolean
  readonly oldAfter: boolean
  readonly newAfter: boolean
}

/** What became of the secrets. */
export interface SecretStory {
  readonly receipts: readonly RotationReceipt[]
  readonly credentials: readonly CredentialReport[]
  readonly backgroundClient: RequestCounts
}
