import { type Lane, laneBy, ordinaryLane, usualLanes } from '../lane.ts'
import type { Services, WorkflowEvent } from '../run/index.ts'
import type { Message } from './message.ts'
import type { Worker } from './worker.ts'

/**
 * The lane that a message is processed in. A claim is the publisher's own word: one that may not be
 * made is told and does not count, and the grants are ended in their turn all the same.
 */
export function admittedLane<Event extends WorkflowEvent, Observation, Needs extends Services>(
  { messageId }: Message,
  { lane: claimed }: WorkflowEvent,
  { lanes, log, metrics }: Worker<Event, Observation, Needs>,
): Lane {
  const lane = laneBy(lanes?.() ?? usualLanes, claimed)
  if (lane !== undefined) return lane
  metrics.count('LanesNotAllowed', 1)
  log.warn('the event claims a lane that its queue is not for, and is processed in its turn', {
    message_id: messageId,
    claimed,
  })
  return ordinaryLane
}
