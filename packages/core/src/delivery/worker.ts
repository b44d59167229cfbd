import type { LaneRule } from '../lane.ts'
import type { Clock, Log, Metrics, Outbox } from '../ports/index.ts'
import type { Services, Workflow, WorkflowEvent } from '../run/index.ts'

/** How messages of one queue are processed. */
export interface Worker<
  Event extends WorkflowEvent,
  Observation,
  Needs extends Services = Services,
> {
  readonly parse: (body: string) => Event
  /**
   * Reads what lapse has derived from another event, once that is verified; absent: as `parse` does.
   * What a publisher says of itself counts there no more.
   */
  readonly parseDerived?: (body: string) => Event
  /** Whom a body is from that is acknowledged and counted, and nothing more; absent: none is. */
  readonly passesOver?: (body: string) => string | undefined
  readonly workflow: (event: Event) => Workflow<Event, Observation, Needs>
  /**
   * Which lanes its messages may be in. One where the queue is for that lane, whatever they say;
   * absent: what everybody may claim.
   */
  readonly lanes?: () => LaneRule
  /** Sources that refusals are counted by, as events name themselves; absent: all are `other`. */
  readonly sources?: () => readonly string[]
  /** Needs as little as can be: it has to work where everything else is misconfigured. */
  readonly outbox: Outbox
  readonly services: () => Promise<Needs>
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}
