import type { DeliveryPace } from '../budget/index.ts'
import type { Callees } from './call.ts'
import type { OpenRow } from './open-row.ts'
import type { Context, Delivery, Services, Workflow, WorkflowEvent } from './workflow.ts'

/** All that one attempt works with. */
export interface Attempt<Event extends WorkflowEvent, Observation, Needs extends Services> {
  readonly workflow: Workflow<Event, Observation, Needs>
  readonly event: Event
  readonly delivery: Delivery
  readonly services: Needs
  readonly callees: Callees & { readonly services: Needs }
  readonly context: Context<Needs>
  readonly open: OpenRow
  /** Absent where calls are not paced. */
  readonly pace: DeliveryPace | undefined
}
