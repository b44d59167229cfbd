import type { TrustedKeyRow } from '../../issuers/index.ts'
import type { Ledger } from '../../ports/index.ts'
import type { Services } from '../../run/index.ts'
import type { NewestRow } from './newest-event.ts'

/** What offboarding an app keeps in the ledger besides its rows. */
export interface OffboardingServices extends Services {
  readonly newest: Ledger<NewestRow>
  readonly trustedKeys: Ledger<TrustedKeyRow>
}
