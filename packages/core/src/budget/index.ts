/** When calls to Ory are made: within its rate limits, and not at all while it is down. */
export type { AccountsCircuits } from './accounts-pacing.ts'
export type { BucketState } from './bucket-state.ts'
export { type BucketTerms, busyUntil } from './busy-until.ts'
export type { Turn } from './caller.ts'
export { type CircuitState, closed } from './circuit.ts'
export { isAnswering, isAnsweringFor } from './is-answering.ts'
export {
  type DeliveryPace,
  deliveryPatienceMs,
  lookPatienceMs,
  type Pacing,
  type PacingTerms,
  pacing,
  urgentPatienceMs,
} from './pacing.ts'
export { type RateBudgetTerms, rateBudget } from './rate-budget.ts'
export { bookedBucket, type RateLimit, type RateLimits, tiers } from './rate-limits.ts'
export { type AccountsPart, bucketKey, circuitKey, projectAt } from './rows.ts'
export { type Circuit, type CircuitTerms, sharedCircuit } from './shared-circuit.ts'
export { callsPerMinute } from './windows.ts'
