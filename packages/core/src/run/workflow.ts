import type { Pacing } from '../budget/index.ts'
import type { Lane } from '../lane.ts'
import type { LeaseName, LeaseRow, Turns } from '../leases/index.ts'
import type { OperationId, Ory, OryAccounts } from '../ory/index.ts'
import type {
  Clock,
  FollowUps,
  Ledger,
  Log,
  Metrics,
  PendingReceipts,
  SecretVersions,
} from '../ports/index.ts'
import type { Derivation } from './derivation.ts'
import type { About, Counts, Pass } from './event-record.ts'
import type { MayStillWork, Receipt, SupersededBy } from './receipt.ts'
import type { StepRecord, WorkflowRow } from './row.ts'
import type { Step } from './step.ts'
import type { ComesBack, PutOff } from './waited.ts'

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
  /** What its subjects are still to be found by, where the event does not name one. */
  readonly mapping?: string
  /** Texts besides the subject that name a user, and are as secret. */
  readonly names?: readonly string[]
  /** The idempotency key, where the event is a follow-up that the ledger kept without its content. */
  readonly key?: string
  /** The lane that it claims; absent: `deletion`. */
  readonly lane?: Lane
  /** Absent for what a publisher has sent. */
  readonly derived?: Derivation
}

/** What an observation may read. */
export interface Reading<Needs extends Services = Services> {
  readonly ory: Ory
  /** What a user has at Ory besides OAuth2; absent: nobody said where that is. */
  readonly accounts?: OryAccounts
  readonly secrets?: SecretVersions
  /** Absent in a dry run where no ledger can be reached. */
  readonly services?: Needs
  readonly signal?: AbortSignal
}

/** What a workflow may use besides reading, where its event asks for it. */
export interface Context<Needs extends Services = Services> {
  readonly services: Needs
  /** At the pace of the delivery. */
  readonly ory: Ory
  /** The event's idempotency key. */
  readonly key: string
  /** Ends with the invocation, and with it every call to Ory. */
  readonly signal?: AbortSignal | undefined
}

/** Something to look at, and what has to be done about it. */
export interface Phase<Event, Observation, Needs extends Services = Services> {
  /** What is written to from here on, and nobody else writes to meanwhile. */
  readonly leases?: (event: Event) => readonly LeaseName[]
  readonly observe: (event: Event, reading: Reading<Needs>) => Promise<Observation>
  /**
   * Refuses what may not be done at all, before anything is. Throws a `RefusedError`.
   * @param now milliseconds since the epoch
   */
  readonly guard?: (event: Event, observation: Observation, now: number) => void
  /** Keeps what later events are judged by, before anything is done; nothing is refused any more. */
  readonly remember?: (
    event: Event,
    observation: Observation,
    context: Context<Needs>,
  ) => Promise<void>
  /** What an observation leaves in the ledger: numbers, nothing else. */
  readonly count: (event: Event, observation: Observation) => Counts
  /** Of what `count` counts, what others than Ory's list have shown; absent: nothing. */
  readonly countBeside?: (event: Event, observation: Observation) => Counts
  /**
   * Steps in order. `known` are those of earlier attempts: what they left undone is planned again.
   * @param sinceMs how long it is since the first calls for the event, in milliseconds
   */
  readonly plan: (
    event: Event,
    observation: Observation,
    known: readonly StepRecord[],
    sinceMs: number,
  ) => readonly Step[]
  /**
   * Operations of Ory that follow these steps, named as often as they are called, where what the last
   * step takes away is missing until then: it is not made before the rate limit has room for them too.
   */
  readonly thenAtOnce?: (event: Event, observation: Observation) => readonly OperationId[]
}

/**
 * What nothing else hangs on, and may be more than one delivery has time for: done once everything else
 * is done, looked at and sent on, so that whatever fails here keeps nothing waiting but the receipt.
 */
export interface Trailing<Event, Needs extends Services = Services> {
  /** What it ends, as a receipt says it. */
  readonly what: string
  /**
   * Steps for what is there, a part at a time: a part is read only once the one before is done. Ends
   * where nothing more is there. Where a part could not be made, its error is thrown at its `yield`:
   * whoever has something else to do catches it, goes on, and throws it at the end.
   * @param known what came of the steps in earlier attempts
   */
  readonly parts: (
    event: Event,
    reading: Reading<Needs>,
    known: readonly StepRecord[],
  ) => AsyncGenerator<readonly Step[], void, void>
  /** What its steps say of what was there besides what they end, by names of its own; absent: nothing. */
  readonly countBefore?: (steps: readonly StepRecord[]) => Counts
  /** Looks again: what is counted, and of it what is left, by name, with nothing that is zero. */
  readonly look: (
    event: Event,
    reading: Reading<Needs>,
  ) => Promise<{ readonly counts: Counts; readonly remaining: Counts }>
  /** What a person should know of its steps, once nothing is left. */
  readonly notes?: (steps: readonly StepRecord[]) => readonly string[]
}

/**
 * What an event makes lapse: an observation, and pure functions over it.
 *
 * `observe`, `plan`, the steps in order, `observe` again, `verify`. A dry run is `plan` printed.
 */
export interface Workflow<
  Event extends WorkflowEvent,
  Observation,
  Needs extends Services = Services,
> extends Phase<Event, Observation, Needs> {
  /** The one name: of the event file, the function, the queue, the test. */
  readonly name: string
  /** Stated in every receipt, checked by nobody here. */
  readonly preconditions: readonly string[]
  readonly about: (event: Event, pseudonym: (subject: string) => string) => About
  /** The later event about the same thing that has begun: then nothing is done. */
  readonly supersededBy?: (
    event: Event,
    context: Context<Needs>,
  ) => Promise<SupersededBy | undefined>
  /** What is urgent, and has to be done before everything else is even looked at. */
  readonly opening?: Phase<Event, unknown, Needs>
  /**
   * What stands in for an observation that Ory cannot give (5xx, no answer in time): from the second
   * delivery on the steps are made blindly. What others can give is in it all the same. Absent:
   * nothing is done without having looked.
   */
  readonly unseen?: (event: Event, reading: Reading<Needs>) => Promise<Observation>
  /**
   * The error with which a part of an observation could not be read, where that may pass: what is
   * left then was never planned, and the pass waits for it.
   */
  readonly unread?: (observation: Observation) => unknown
  /** What comes last; absent: nothing. */
  readonly trailing?: Trailing<Event, Needs> | undefined
  /** What is left, by name, with nothing that is zero: empty means done. */
  readonly verify: (event: Event, observation: Observation) => Counts
  /** What is to be kept or scheduled once everything is seen done; may run more than once. */
  readonly afterwards?: (
    event: Event,
    observation: Observation,
    context: Context<Needs>,
  ) => Promise<void>
  /**
   * Keeps the receipt open once everything else is done. Throws a `RefusedError` where a person has
   * to decide, or what has to be waited for.
   */
  readonly guardReceipt?: (event: Event, observation: Observation) => void
  /** When the follow-up pass that `afterwards` scheduled is due, in milliseconds since the epoch. */
  readonly followUpDue?: (event: Event, observation: Observation) => number | undefined
  /**
   * What these steps cannot end, read once after them. `observations` are the counts from before
   * anything was destroyed and those this attempt began with.
   */
  readonly survivors: (
    event: Event,
    observations: readonly Counts[],
    reading: Reading<Needs>,
    at: { readonly now: number; readonly followUpNotBefore: number | undefined },
  ) => Promise<readonly MayStillWork[]>
  /** What a superseded event leaves undone that nobody else does. */
  readonly survivorsOfSuperseded?: (event: Event) => readonly MayStillWork[]
  /**
   * What an observation does not hold although it might, as a sentence each: nobody asked for it, or
   * it could not be read.
   */
  readonly gaps?: (observation: Observation) => readonly string[]
  /** What a person should know besides, after the steps that the row tells of. */
  readonly notes?: (
    event: Event,
    row: WorkflowRow,
    last: Observation,
    reading: Reading<Needs>,
  ) => readonly string[] | Promise<readonly string[]>
  /** How long after the first pass the whole plan runs again, in milliseconds; absent: never. */
  readonly followUpAfterMs?: number
  /** Counts what the receipt says, once, when it is written. */
  readonly measure: (receipt: Receipt, metrics: Metrics) => void
}

/** The outside, as every workflow sees it; made once per cold start. */
export interface Services {
  readonly ory: Ory
  /** Absent where nobody said where that is. */
  readonly accounts?: OryAccounts
  /** When calls to Ory are made; absent: at once. */
  readonly pacing?: Pacing
  readonly ledger: Ledger<WorkflowRow>
  readonly leases: Ledger<LeaseRow>
  /** In which order deliveries of this process take a lease; absent: at once. */
  readonly turns?: Turns
  readonly followUps: FollowUps
  /** Told of every receipt before its row is closed. */
  readonly pendingReceipts: Pick<PendingReceipts, 'mark'>
  readonly secrets: SecretVersions
  /** Keys every new pseudonym and idempotency key. */
  readonly ledgerKey: Uint8Array
  /** Keys that were in use before; rows that are still open may be under one of them. */
  readonly previousLedgerKeys?: readonly Uint8Array[]
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

/** The time that an invocation has left. */
export interface Allowance {
  /** When it has to have stopped, in milliseconds since the epoch. */
  readonly deadline: number
  /** Aborted at the deadline. */
  readonly signal?: AbortSignal
}

/** The way back onto the queue that the event came from. */
export interface Messages {
  /** Puts an event of its own on the queue; returns once the queue has it. */
  send(body: string, derived?: Derivation): Promise<void>
  /**
   * Puts the same event on the queue again, for its follow-up pass.
   * @param notBefore milliseconds since the epoch
   * @param key the event's one name in the ledger, so that both passes have the same
   */
  followUp(notBefore: number, key: string): Promise<void>
}

/** One delivery of an event, and the time it has. */
export interface Delivery extends Allowance {
  readonly pass: Pass
  /** Who goes first; absent: a `deletion`. It is no part of what makes an event the one it is. */
  readonly lane?: Lane
  readonly messages: Messages
  /** What the first pass called the event in the ledger, where this is a follow-up that says so. */
  readonly key?: string
  /** How its message waited before; absent: it was not put off, or its time has begun anew. */
  readonly putOff?: PutOff
  /**
   * Whether nothing says that the event was delivered before. Then its row may be taken for new: where
   * it is not, the first write is refused, before anything is done.
   */
  readonly isFresh?: boolean
  /**
   * When the message of a delivery that ends with this error comes back; absent: nobody can say.
   * @param isFurther whether a call was accepted which no earlier delivery had accepted
   */
  readonly comesBack?: (error: unknown, isFurther: boolean) => ComesBack | undefined
  /** Called once the ledger holds that a call was accepted which no earlier delivery had accepted. */
  readonly progressed?: () => void
}
