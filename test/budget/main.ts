/** Users that are deleted all at once, by plan: how long it takes, and what it costs. */
import { median } from '../bench/statistics.ts'
import { drainedPlans } from './drained-plans.ts'

const columns = [
  'plan',
  'users done, least',
  '429',
  '÷ allowed: median, most',
  'deliveries a user',
  'longest end s',
  'writes a user',
  'GB-s',
  'of it waiting',
  'incident s: median, most',
  'within 5 s',
]

const seeds = Number(process.argv[2] ?? 5)
process.stdout.write(`${seeds} seeds each\n${columns.join(' | ')}\n`)
for await (const { drain, all } of drainedPlans(seeds)) {
  const most = (of: (each: (typeof all)[number]) => number) => Math.max(...all.map(of))
  const middle = (of: (each: (typeof all)[number]) => number) => median(all.map(of))
  const urgent = all.flatMap(({ urgentMs }) => urgentMs)
  const row = [
    drain.tier,
    `${Math.min(...all.map(({ receipts }) => receipts))} of ${drain.users}`,
    most(({ refused }) => refused),
    `${middle(({ ratio }) => ratio).toFixed(3)}, ${most(({ ratio }) => ratio).toFixed(3)}`,
    middle(({ deliveries }) => deliveries).toFixed(1),
    (most(({ longestEndMs }) => longestEndMs) / 1000).toFixed(1),
    middle(({ writes }) => writes).toFixed(1),
    middle(({ busyGbs }) => busyGbs).toFixed(2),
    middle(({ waitingGbs }) => waitingGbs).toFixed(3),
    `${(median(urgent) / 1000).toFixed(1)}, ${(Math.max(...urgent) / 1000).toFixed(1)}`,
    `${urgent.filter((ms) => ms <= 5000).length} of ${urgent.length}`,
  ]
  process.stdout.write(`${row.join(' | ')}\n`)
}
