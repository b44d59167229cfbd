import type { Receipt } from '@lapse/core/run'
import type { TokenReport } from './token-report.ts'

/** What became of an app that was reset. */
export interface ResetStory {
  readonly receipts: readonly Receipt[]
  /** Of a user and of the app itself, issued before. */
  readonly tokens: readonly TokenReport[]
  /** The names of those members of its registration that are not the same, byte for byte. */
  readonly changed: readonly string[]
  /** Whether the app was granted a token afterwards: with its old secret, and with the one at AWSCURRENT. */
  readonly granted: { readonly oldSecret: boolean; readonly newSecret: boolean }
}
