import type { PrivateJwk } from '@lapse/core/rotation'
import type { Receipt } from '@lapse/core/run'

/** A key of the issuer, and whether Ory took assertions that it had signed. */
export interface KeyReport {
  readonly kid: string
  /** Before the event, while both keys are trusted, and once the old one is retired. */
  readonly acceptedBefore: boolean
  readonly acceptedDuring: boolean
  readonly acceptedAfter: boolean
}

/** What became of a trusted issuer's keys. */
export interface KeyStory {
  readonly receipts: readonly Receipt[]
  readonly keys: readonly KeyReport[]
}

/** Puts the answers for each key side by side. */
export function keyReports(
  keys: readonly PrivateJwk[],
  before: readonly boolean[],
  during: readonly boolean[],
  after: readonly boolean[],
): readonly KeyReport[] {
  return keys.map(({ kid }, index) => ({
    kid,
    acceptedBefore: before[index] ?? false,
    acceptedDuring: during[index] ?? false,
    acceptedAfter: after[index] ?? false,
  }))
}
