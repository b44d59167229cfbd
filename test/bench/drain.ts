import { type DrainedPlan, drainedPlans } from '../budget/drained-plans.ts'
import { cellsOf, type Measured, type Ratio, ratioOf } from './measured.ts'
import { median } from './statistics.ts'

/** Mass deletions in virtual time, two workers, beside what a limit less its tolerance allows. */
export async function benchDrain(seeds: number): Promise<Measured> {
  const plans = await Array.fromAsync(drainedPlans(seeds), (plan) => ({
    ...plan,
    ratio: ratioOf(
      `drain ÷ what the limit allows, ${plan.drain.tier}`,
      plan.all.map(({ ratio }) => ratio),
      { atMost: 1.05 },
    ),
  }))
  return {
    tables: [
      {
        title: `Drain: users deleted all at once, virtual time, two workers, ${seeds} seeds`,
        rows: [
          [
            'plan',
            'users',
            'answered 429',
            '÷ allowed',
            'middle half',
            '',
            'incident in it, s: median, most',
            'GB-s a user',
            'of it waiting',
          ],
          ...plans.map(rowOf),
        ],
      },
    ],
    ratios: plans.map(({ ratio }) => ratio),
  }
}

function rowOf({ drain, all, ratio }: DrainedPlan & { readonly ratio: Ratio }): readonly string[] {
  const incidents = all.flatMap(({ urgentMs }) => urgentMs.map((ms) => ms / 1000))
  return [
    drain.tier,
    String(drain.users),
    String(Math.max(...all.map(({ refused }) => refused))),
    ...cellsOf(ratio),
    `${median(incidents).toFixed(1)}, ${Math.max(...incidents).toFixed(1)}`,
    median(all.map(({ busyGbs }) => busyGbs)).toFixed(2),
    median(all.map(({ waitingGbs }) => waitingGbs)).toFixed(3),
  ]
}
