import type { Receipt } from '@lapse/core/run'
import type { TokenReport } from './token-report.ts'

/** What became of somebody with two accounts, of whom one event told. */
export interface SeveralStory {
  /** The event's own, and then those of each of its subjects. */
  readonly receipts: readonly Receipt[]
  readonly event_id: string
  /** Of both accounts. */
  readonly tokens: readonly TokenReport[]
}
