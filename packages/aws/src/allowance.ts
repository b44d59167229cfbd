import type { Context } from 'aws-lambda'

/** Kept free before Lambda ends an invocation, to give leases back and put messages off. */
const marginMs = 3000

/** The time an invocation may use: a deadline, and a signal that ends calls when it has passed. */
export interface InvocationAllowance {
  /** Milliseconds since the epoch. */
  readonly deadline: number
  readonly signal: AbortSignal
}

/** The little of Lambda's context that counts here. */
export type Remaining = Pick<Context, 'getRemainingTimeInMillis'>

/** Reckons an invocation's allowance at its start. */
export function allowanceOf(context: Remaining, clock: { now(): number }): InvocationAllowance {
  const remaining = context.getRemainingTimeInMillis()
  const allowed = Math.max(0, Math.floor(remaining - Math.min(marginMs, remaining / 5)))
  return { deadline: clock.now() + allowed, signal: AbortSignal.timeout(allowed) }
}
