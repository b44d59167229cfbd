import { type Sweep, type SweepReport, sweep } from '@lapse/core/sweep'
import { allowanceOf, type Remaining } from './allowance.ts'

/**
 * A Lambda handler for a schedule: one sweep for each invocation, whatever its input. What failed
 * is in the report, the log and `SweepFailures`, and is tried again by the next sweep; only a sweep
 * that could not begin fails the invocation.
 */
export function scheduledSweep(
  makeSweep: () => Promise<Sweep>,
): (event: unknown, context: Remaining) => Promise<SweepReport> {
  return async (_event, context) => {
    const made = await makeSweep()
    try {
      return await sweep(made, allowanceOf(context, made.clock))
    } finally {
      made.metrics.flush()
    }
  }
}
