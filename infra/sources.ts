import { createOryEvents } from './ory-events.ts'
import type { Producer } from './queue.ts'
import type { Settings } from './settings.ts'
import { createUserEventsBus, createUserEventsTopic, type Delivery } from './user-events.ts'

/** Where `user.deleted` may come from besides the door. */
export interface Sources {
  /** All that may put messages on the queue of `user.deleted`. */
  readonly producers: readonly Producer[]
  /** What publishers have to be told. */
  readonly outputs: Readonly<Record<string, $util.Output<string>>>
}

export function createSources(settings: Settings, delivery: Delivery): Sources {
  const { publishers, oryProjectId } = settings
  const topic = createUserEventsTopic(delivery, publishers)
  const bus = createUserEventsBus(delivery, publishers)
  const own = {
    producers: [topic.producer, bus.producer],
    outputs: { userEventsTopic: topic.topic.arn, userEventsBus: bus.bus.arn },
  }
  if (oryProjectId === undefined) return own

  const ory = createOryEvents(delivery, oryProjectId)
  return {
    producers: [...own.producers, ory.producer],
    outputs: { ...own.outputs, oryEventsTopic: ory.topic.arn, oryEventsRole: ory.role.arn },
  }
}
