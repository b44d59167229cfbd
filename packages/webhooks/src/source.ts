import type { UserEventType } from '@lapse/core/events'
import type { LaneRule } from '@lapse/core/lane'
import type { Path } from './payload.ts'
import type { SubjectFormat } from './revocation/subject-identifier.ts'
import type { Scheme } from './schemes/scheme.ts'
import type { JwtScheme } from './schemes/signed-jwt.ts'

/**
 * Somebody whose webhooks are taken, as data: how their requests are verified, and which of their
 * payloads is which event.
 */
export interface Source {
  readonly scheme: Scheme
  /** The member that names the type of a payload. */
  readonly type: Path
  /** Types of payloads, and the events they are. */
  readonly events: Readonly<Record<string, EventMapping>>
  /** Where a payload says when it happened; absent: when it was signed. */
  readonly time?: TimeMapping
  /**
   * What an array of payloads is: nothing (absent), or a batch, which is answered 200 and of which
   * all is queued or none.
   */
  readonly arrays?: 'batches'
  /** Where a payload says its lane; absent: it cannot. A CloudEvent says so itself. */
  readonly lane?: Path
  /**
   * Which lane its events are in, or a list of those that they may claim besides `deletion`; a
   * deployment's settings count before it. Absent: they may claim `hygiene`.
   */
  readonly lanes?: LaneRule
  /**
   * Types of payloads that are no event and no mistake: answered as if they were taken, and
   * counted. A type that stands nowhere here is refused.
   */
  readonly passedOver?: readonly string[]
}

/** Identity providers who say with a JWT which user is to be signed out, as data. */
export interface RevocationSource {
  readonly jwt: JwtScheme
  readonly event: UserEventType
  /** The members of a body in which a subject identifier (RFC 9493) may be. */
  readonly subjects: readonly Path[]
  /** Formats of subject identifiers that are taken, by their names. */
  readonly formats: Readonly<Record<string, SubjectFormat>>
  /** As that of a `Source`. */
  readonly lanes: LaneRule
}

/** What becomes an event that a worker knows. */
export type EventType = UserEventType | 'app.offboarded' | 'key.rotated'

/** Which event a payload is. */
export type EventMapping =
  | {
      readonly event: UserEventType
      /** The member that is the OAuth2 subject, exactly as the login app accepted it. */
      readonly subject: Path
      /**
       * Holds only for payloads whose member, a boolean in any spelling of SCIM, says this; of the
       * others, and where it says nothing, the payload is passed over.
       */
      readonly where?: { readonly member: Path; readonly is: boolean }
      /**
       * Whether it tells of users who are deactivated, which a deployment may take for deleted: its
       * setting counts before `event` then.
       */
      readonly deactivation?: true
    }
  | {
      readonly event: 'app.offboarded' | 'key.rotated'
      /** The member that is the content, as docs/events.md has it. */
      readonly data: Path
    }
  | {
      readonly event: EventType
      /**
       * The payload is the CloudEvent itself and keeps its id, source, time and content. They are
       * the publisher's and may hold a subject, so that none of them is logged.
       */
      readonly itself: true
    }

/** How a payload says when it happened. */
export interface TimeMapping {
  readonly member: Path
  /** Whether it is RFC 3339, or a number of milliseconds since the epoch. */
  readonly in: 'rfc3339' | 'milliseconds'
  /** What an absent one means: the payload is refused, or it happened when it was signed. */
  readonly absent: 'refused' | 'when-signed'
}
