import type { Receipt } from '@lapse/core/run'
import type { AccountCounts } from './accounts.ts'
import type { TokenReport } from './token-report.ts'

/** What became of a user who was suspended and let in again. */
export interface SuspensionStory {
  readonly receipts: readonly Receipt[]
  /** Issued before the suspension; `activeAfter` is asked once the user has signed in again. */
  readonly tokens: readonly TokenReport[]
  /** Whether every token of the new sign-in is active. */
  readonly isLetInAgain: boolean
  readonly accountBefore: AccountCounts
  /** While the user was suspended. */
  readonly accountAfter: AccountCounts
}
