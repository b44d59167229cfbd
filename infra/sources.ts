import { createOryEvents } from './ory-events.ts'
import type { Producer } from './queue.ts'
import type { Settings } from './settings.ts'
import { createUserEventsBus, createUserEventsTopic, type Delivery } from './user-events.ts'

/** Where `user.deleted` may come from besides the door. */
export interface Sources {
  /** All that may put messages on the queue of `user.deleted`. */
  readonly producers: readonly Producer[]
  /** Where what they could not deliver ends, by name. */
  readonly dlqs: Readonly<Record<string, sst.aws.Queue>>
  /** What publishers have to be told. */
  readonly outputs: Readonly<Record<string, $util.Output<string>>>
}

export function createSources(settings: Settings, delivery: Delivery): Sources {
  const { publishers, oryProjectId } = settings
  const topic = createUserEventsTopic(delivery, publishers)
  const bus = createUserEventsBus(delivery, publishers)
  const own = {
    producers: [topic.producer, bus.producer],
    dlqs: { 'user-events': topic.dlq, 'user-events-rule': bus.dlq },
    outputs: { userEventsTopic: topic.topic.arn, userEventsBus: bus.bus.arn },
  }
  if (oryProjectId === undefined) return own

  const ory = createOryEvents(delivery, oryProjectId)
  return {
    producers: [...own.producers, ory.producer],
    dlqs: { ...own.dlqs, 'ory-events': ory.dlq },
    outputs: { ...own.outputs, oryEventsTopic: ory.topic.arn, oryEventsRole: ory.role.arn },
  }
}
