import type { Clock, Log, Metrics } from '@lapse/core/ports'

/** The queues, by the one stem that each event has everywhere. */
export type Stem = 'user-deleted' | 'app-offboarded' | 'key-rotated'

/** What the door needs of the world. */
export interface DoorServices {
  /**
   * The secrets that a source's requests may be signed with: one, or two while it is replaced.
   * @throws ConfigError where none is set
   */
  readonly secretsOf: (source: string) => Promise<readonly string[]>
  /** Sources that are switched on, by their names. */
  readonly sources: readonly string[]
  /** Puts a CloudEvent in JSON on the queue of its type; returns only when the queue has it. */
  readonly enqueue: (stem: Stem, body: string) => Promise<void>
  /** The member of `data` that the queue's worker takes for the OAuth2 subject in `user.deleted`. */
  readonly subjectField: string
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}
