import type { TrustedKeyRow } from '../../issuers/index.ts'
import type { Ledger } from '../../ports/index.ts'
import type { RotationRow } from '../../rotation/index.ts'
import type { Services } from '../../run/index.ts'
import type { NewestRow } from './newest-event.ts'
import type { ResetRow } from './reset/row.ts'

/** What offboarding an app keeps in the ledger besides its rows. */
export interface OffboardingServices extends Services {
  readonly newest: Ledger<NewestRow>
  readonly trustedKeys: Ledger<TrustedKeyRow>
  readonly resets: Ledger<ResetRow>
  /** Rotations of secrets: a reset ends what one left open. */
  readonly rotations: Ledger<RotationRow>
}
