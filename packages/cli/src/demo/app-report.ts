import type { OffboardingMode } from '@lapse/core/events'
import type { Receipt } from '@lapse/core/run'
import type { TokenReport } from './token-report.ts'

/** What became of an app. */
export interface AppStory {
  readonly receipts: readonly Receipt[]
  /** Issued before it was suspended, and after it was restored: all of them have to end. */
  readonly tokens: readonly TokenReport[]
  /** Whether the app was granted a token after each event. */
  readonly granted: Readonly<Record<Exclude<OffboardingMode, 'reset'>, boolean>>
  /** Whether a restore brought back all that it can. */
  readonly sameAfterRestore: boolean
}
