import type { TrustedKeyRow } from '../../issuers/index.ts'
import type { Ledger } from '../../ports/index.ts'
import type { Services } from '../../run/index.ts'
import type { KeyHistoryRow } from './key-history.ts'

/** What rotating an issuer's keys keeps in the ledger besides its rows. */
export interface KeyRotatedServices extends Services {
  readonly trustedKeys: Ledger<TrustedKeyRow>
  readonly keyHistories: Ledger<KeyHistoryRow>
}
