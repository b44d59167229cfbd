import type { WaitingCause } from '../errors.ts'
import type { Lane } from '../lane.ts'

/** What lapse counts: the names alarms and dashboards are built on. */
export type CountName =
  | 'UsersProcessed'
  | 'SubjectsLookedFor'
  | 'SubjectsUnknown'
  | 'AppsProcessed'
  | 'KeysRotated'
  | 'KeysRetired'
  | 'LoginSessionsRevoked'
  | 'ConsentSessionsRevoked'
  | 'IdentitySessionsEnded'
  | 'ApiKeysRevoked'
  | 'VerificationFailures'
  | 'ConfigurationErrors'
  | 'Failures'
  | 'Deferred'
  | 'DeadLettered'
  | 'EventsGivenUp'
  | 'Duplicates'
  | 'AttributesNotBelieved'
  | 'LanesNotAllowed'
  | 'SecretsRedacted'
  | 'Superseded'
  | 'EventsFromTheFuture'
  | 'GrantsStillTrusted'
  | 'LoginSessionsNotTold'
  | 'ReceiptsWithoutLook'
  | 'FollowUpsExecuted'
  | 'FollowUpsRefused'
  | 'FollowUpPassesLate'
  | 'ExpiredGrantsKept'
  | 'UnfrozenClients'
  | 'ResetsUnfinished'
  | 'SecretsOverdue'
  | 'CredentialsOverwritten'
  | 'SweepFailures'
  | 'SecretsRotated'
  | 'SecretsRetired'
  | 'SecretsRolledBack'
  | 'RotationFailures'
  | 'WebhooksAccepted'
  | 'WebhooksRefused'
  | 'WebhooksUnreadable'
  | 'WebhooksFailed'
  | 'CheckpointsSigned'
  | 'ReceiptsSealed'
  | 'ReceiptsPending'
  | 'ReceiptsUnsealable'

/** What is counted for each source of events by itself. */
export type SourceCountName = 'EventsQueued' | 'EventsPassedOver' | 'EventsRefused'

/** Metrics, flushed once at the end of a batch. */
export interface Metrics {
  count(name: CountName, value: number): void
  /** @param source a name of ours for whom events come from, of which there are few */
  countOf(source: string, name: SourceCountName, value: number): void
  /** How old an event was when its pass was closed, in milliseconds. */
  eventAge(milliseconds: number): void
  /** How long after an event's time what it is to end was seen gone, in milliseconds, by its lane. */
  observed(lane: Lane, milliseconds: number): void
  /** How long a message that waits has waited by now, since it first had to, in seconds. */
  waiting(cause: WaitingCause, seconds: number): void
  flush(): void
}
