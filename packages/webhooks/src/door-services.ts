import type { SubjectFields } from '@lapse/core/events'
import type { LaneRule } from '@lapse/core/lane'
import type { Clock, Log, Metrics } from '@lapse/core/ports'
import type { RevocationServices } from './revocation/services.ts'

/** The one stem that each event has everywhere. */
export type EventStem =
  | 'user-deleted'
  | 'user-suspended'
  | 'user-signed-out'
  | 'app-offboarded'
  | 'key-rotated'

/** The queues: one for each event, and one for its incidents. */
export type Stem = EventStem | `${EventStem}-incident`

/** What the door needs of the world. */
export interface DoorServices {
  /**
   * The secrets that a source's requests may be signed with: one, or two while it is replaced.
   * @throws ConfigError where none is set
   */
  readonly secretsOf: (source: string) => Promise<readonly string[]>
  /** Sources that are switched on, by their names. */
  readonly sources: readonly string[]
  /** Lanes that a deployment gives its sources, stronger than those in their files; absent: none. */
  readonly lanes?: Readonly<Record<string, LaneRule>>
  /** Puts a CloudEvent in JSON on the queue of its type and lane; returns only when the queue has it. */
  readonly enqueue: (stem: Stem, body: string) => Promise<void>
  /** The member of `data` that the workers take for the OAuth2 subject in events about a user. */
  readonly subjectField: string
  /** What the workers make a subject of, by the source of an event; absent: of that member alone. */
  readonly subjectTemplates?: SubjectFields['templates']
  /** What a source's users who are deactivated are to lapse; absent: suspended. */
  readonly deactivatedUsersAre?: 'suspended' | 'deleted'
  /** What the source `global-token-revocation` takes besides; absent: nobody may use it. */
  readonly revocation?: RevocationServices
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}
