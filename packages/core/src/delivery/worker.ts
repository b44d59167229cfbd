import type { Clock, Log, Metrics, Outbox } from '../ports/index.ts'
import type { Services, Workflow, WorkflowEvent } from '../run/index.ts'

/** How messages of one queue are processed. */
export interface Worker<
  Event extends WorkflowEvent,
  Observation,
  Needs extends Services = Services,
> {
  readonly parse: (body: string) => Event
  /** Whom a body is from that is acknowledged and counted, and nothing more; absent: none is. */
  readonly passesOver?: (body: string) => string | undefined
  /** A body as the DLQ may keep it; absent: byte for byte. What may stay of it stays as it is. */
  readonly redact?: (body: string) => string
  readonly workflow: (event: Event) => Workflow<Event, Observation, Needs>
  /** Sources that refusals are counted by, as events name themselves; absent: all are `other`. */
  readonly sources?: () => readonly string[]
  /** Needs as little as can be: it has to work where everything else is misconfigured. */
  readonly outbox: Outbox
  readonly services: () => Promise<Needs>
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}
