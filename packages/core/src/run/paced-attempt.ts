import {
  type DeliveryPace,
  deliveryPatienceMs,
  lookPatienceMs,
  urgentPatienceMs,
} from '../budget/index.ts'
import { ordinaryLane } from '../lane.ts'
import { type OperationId, operations, type RateBucket } from '../ory/index.ts'
import type { OpenRow } from './open-row.ts'
import { callsOf, isOryCall, type Step } from './step.ts'
import type { Delivery, Services } from './workflow.ts'

/**
 * The pace of one attempt, which knows what the attempts before it in the same lane were told: who
 * sends an event once more as an incident does not wait for its turn as a deletion.
 */
export function paceOf(
  { row }: OpenRow,
  { lane = ordinaryLane, signal }: Delivery,
  { pacing }: Services,
): DeliveryPace | undefined {
  const { event, turns = [], steps } = row
  return pacing?.paceOf({
    lane,
    event: event.key,
    patienceMs: lane === 'incident' ? urgentPatienceMs : deliveryPatienceMs,
    lookPatienceMs,
    turns: turns.filter((turn) => turn.lane === lane),
    // What an earlier delivery has begun goes on before anything is begun.
    standing: steps.length > 0 ? 'begun' : undefined,
    signal,
  })
}

/** How many calls a plan makes, and what follows it at once, by the bucket they drain. */
export function costOf(
  plan: readonly Step[],
  thenAtOnce: readonly OperationId[] = [],
): ReadonlyMap<RateBucket, number> {
  const planned = plan.flatMap(callsOf).flatMap((call) => (isOryCall(call) ? call.op : []))
  const byBucket = inBuckets([...planned, ...thenAtOnce]).entries()
  return new Map(byBucket.map(([bucket, calls]) => [bucket, calls.length]))
}

/** Operations by the bucket they drain. */
export function inBuckets(
  all: readonly OperationId[],
): ReadonlyMap<RateBucket, readonly OperationId[]> {
  return Map.groupBy(all, (op) => operations[op].bucket)
}

/** From the first step on that every attempt makes anew: to put these off one by one would repeat them. */
export function madeTogether(plan: readonly Step[]): readonly Step[] {
  const first = plan.findIndex((step) =>
    'call' in step ? isOryCall(step.call) : step.everyAttempt === true,
  )
  return first === -1 ? [] : plan.slice(first)
}
