import type { LeaseRow } from '../leases/index.ts'
import type { Ory } from '../ory/index.ts'
import type {
  Clock,
  FollowUps,
  Ledger,
  Log,
  Metrics,
  Outbox,
  SecretVersions,
} from '../ports/index.ts'
import type { KeyHistoryRow, TrustedKeyRow } from './key-rows.ts'
import type { NewestRow } from './newest-event.ts'
import type { MayStillWork } from './receipt.ts'
import type { About, Counts, Pass, StepRecord, WorkflowRow } from './row.ts'
import type { Step } from './step.ts'

/** What every event has, whatever it is about. */
export interface WorkflowEvent {
  readonly type: string
  readonly id: string
  readonly source: string
  /** RFC 3339. */
  readonly time: string
  readonly data: unknown
  /** Where the event is about a user; a secret to everybody but the queue and Ory. */
  readonly subject?: string
  /** The idempotency key, where the event is a follow-up that the ledger kept without its content. */
  readonly key?: string
}

/** What an observation may read. */
export interface Reading {
  readonly ory: Ory
  readonly secrets?: SecretVersions
  /** Absent in a dry run, which looks at no ledger. */
  readonly services?: Services
  readonly signal?: AbortSignal
}

/** What a workflow may use besides reading, where its event asks for it. */
export interface Context {
  readonly services: Services
  /** The event's idempotency key. */
  readonly key: string
}

/**
 * What an event makes lapse: an observation, and pure functions over it.
 *
 * `observe`, `plan`, the steps in order, `observe` again, `verify`. A dry run is `plan` printed.
 */
export interface Workflow<Event extends WorkflowEvent, Observation> {
  /** The one name: of the event file, the function, the queue, the test. */
  readonly name: string
  /** Stated in every receipt, checked by nobody here. */
  readonly preconditions: readonly string[]
  readonly about: (event: Event, pseudonym: (subject: string) => string) => About
  /** The OAuth 2.0 client that is written to, if one is; nobody else writes to it meanwhile. */
  readonly client?: (event: Event) => string
  /** The issuer whose trusted keys are written to, if one is; likewise. */
  readonly issuer?: (event: Event) => string
  /** Whether a later event about the same thing has been worked off: then nothing is done. */
  readonly isSuperseded?: (event: Event, context: Context) => Promise<boolean>
  readonly observe: (event: Event, reading: Reading) => Promise<Observation>
  /** Refuses what may not be done at all, before anything is. Throws a `RefusedError`. */
  readonly guard?: (event: Event, observation: Observation, context: Context) => Promise<void>
  /** What an observation leaves in the ledger: numbers, nothing else. */
  readonly count: (event: Event, observation: Observation) => Counts
  /** Steps in order. `known` are those of earlier attempts: what they left undone is planned again. */
  readonly plan: (
    event: Event,
    observation: Observation,
    known: readonly StepRecord[],
  ) => readonly Step[]
  /** What is left, by name, with nothing that is zero: empty means done. */
  readonly verify: (event: Event, observation: Observation) => Counts
  /** What is to be kept or scheduled once everything is seen done; may run more than once. */
  readonly afterwards?: (event: Event, observation: Observation, context: Context) => Promise<void>
  /** When the follow-up pass that `afterwards` scheduled is due, in milliseconds since the epoch. */
  readonly followUpDue?: (event: Event, observation: Observation) => number | undefined
  /**
   * What these steps cannot end, read once after them. `observations` are the counts from before
   * anything was destroyed and those this attempt began with.
   */
  readonly survivors: (
    event: Event,
    observations: readonly Counts[],
    reading: Reading,
    at: { readonly now: number; readonly followUpNotBefore: number | undefined },
  ) => Promise<readonly MayStillWork[]>
  /** What a person should know besides, after the steps that the row tells of. */
  readonly notes?: (event: Event, row: WorkflowRow) => readonly string[]
  /** How long after the first pass the whole plan runs again, in milliseconds; absent: never. */
  readonly followUpAfterMs?: number
  /** Told once, when a receipt is written. */
  readonly measure: (row: WorkflowRow, metrics: Metrics) => void
}

/** The outside, as a workflow sees it; made once per cold start. */
export interface Services {
  readonly ory: Ory
  readonly ledger: Ledger<WorkflowRow>
  readonly leases: Ledger<LeaseRow>
  readonly followUps: FollowUps
  readonly newest: Ledger<NewestRow>
  readonly trustedKeys: Ledger<TrustedKeyRow>
  readonly keyHistories: Ledger<KeyHistoryRow>
  readonly secrets: SecretVersions
  /** Keys every pseudonym and idempotency key. */
  readonly ledgerKey: Uint8Array
  /** Keys that rows written before may still be kept under. */
  readonly previousLedgerKeys?: readonly Uint8Array[]
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

/** One delivery of an event, and the time it has. */
export interface Delivery {
  /** Byte for byte as received; a follow-up is the same body again. */
  readonly body: string
  readonly pass: Pass
  /** When this invocation has to have stopped, in milliseconds since the epoch. */
  readonly deadline: number
  readonly signal?: AbortSignal
  readonly outbox: Outbox
}
