import type { VerifierKey } from '../note/verifier-key.ts'

/** What the verifier believes beforehand. */
export interface Policy {
  /** The log's public key; its name is the log's. */
  readonly key: VerifierKey
  /** A checkpoint that the verifier got by another way, or kept: a signed note. */
  readonly checkpoint?: string
  /** How old the newest checkpoint may be. */
  readonly freshness?: {
    readonly maxAgeMs: number
    /** Milliseconds since the epoch. */
    readonly now: number
  }
}
