import type { Receipt } from '@lapse/core/run'
import type { TokenReport } from './token-report.ts'

/** What became of a user whom the identity provider signed out everywhere. */
export interface SignOutStory {
  readonly receipts: readonly Receipt[]
  /** Issued before; `activeAfter` is asked once the user has signed in again. */
  readonly tokens: readonly TokenReport[]
  /** Whether every token of the new sign-in is active. */
  readonly isLetInAgain: boolean
  /** What the door answered, as HTTP statuses. */
  readonly answers: {
    readonly signed: number
    /** The same once more. */
    readonly again: number
    /** The same JWT, with a body about somebody else. */
    readonly otherBody: number
  }
}
