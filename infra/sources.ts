import { createOryEvents } from './ory-events.ts'
import type { Producer } from './queue.ts'
import type { Settings } from './settings.ts'
import {
  createUserEventsBus,
  createUserEventsTopic,
  type Delivery,
  type Route,
  type UserQueues,
} from './user-events.ts'

/** Where events about users may come from besides the door. */
export interface Sources {
  /** All that may put messages on a queue besides our own functions. */
  readonly producersOf: (queue: sst.aws.Queue) => readonly Producer[]
  /** Where what they could not deliver ends, by name. */
  readonly dlqs: Readonly<Record<string, sst.aws.Queue>>
  /** What publishers have to be told. */
  readonly outputs: Readonly<Record<string, $util.Output<string>>>
}

export function createSources(
  settings: Settings,
  queues: UserQueues,
  terms: Omit<Delivery, 'queue'>,
): Sources {
  const { publishers, oryProjectId } = settings
  const queue = queues['user.deleted']
  const topic = createUserEventsTopic({ ...terms, queue }, publishers)
  const bus = createUserEventsBus(queues, terms, publishers)
  const ory = oryProjectId === undefined ? undefined : createOryEvents(queues, terms, oryProjectId)
  const routes: readonly Route[] = [
    { queue, producer: topic.producer },
    ...bus.routes,
    ...(ory?.routes ?? []),
  ]
  return {
    producersOf: (asked) =>
      routes.filter((route) => route.queue === asked).map(({ producer }) => producer),
    dlqs: { 'user-events': topic.dlq, 'user-events-rule': bus.dlq, ...ory?.dlqs },
    outputs: {
      userEventsTopic: topic.topic.arn,
      userEventsBus: bus.bus.arn,
      ...(ory && { oryEventsTopic: ory.topic.arn, oryEventsRole: ory.role.arn }),
    },
  }
}
