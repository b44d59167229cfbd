import { type Sweep, type SweepReport, sweep } from '@lapse/core/sweep'
import { allowanceOf, type Remaining } from './allowance.ts'

/** Lambda refuses an answer of more than 6 MB, and would have the sweep fail for it. */
const shown = 100

/**
 * A Lambda handler for a schedule: one sweep for each invocation, whatever its input. What failed
 * is in the report, the log and `SweepFailures`, and is tried again by the next sweep; only a sweep
 * that could not begin fails the invocation. The answer has the first hundred of each list.
 */
export function scheduledSweep(
  makeSweep: () => Promise<Sweep>,
): (event: unknown, context: Remaining) => Promise<SweepReport> {
  return async (_event, context) => {
    const made = await makeSweep()
    try {
      return shortened(await sweep(made, allowanceOf(context, made.clock)))
    } finally {
      made.metrics.flush()
    }
  }
}

function shortened({ executed, failed, findings, partly }: SweepReport): SweepReport {
  const first = <T>(all: readonly T[]) => all.slice(0, shown)
  return {
    executed: first(executed),
    failed: first(failed),
    findings: each(findings, first),
    ...(partly && {
      partly: each(partly, ({ problems, ...look }) => ({
        ...look,
        findings: first(look.findings),
        problems: first(problems),
      })),
    }),
  }
}

function each<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}
