/**
 * Users that are deleted all at once, by plan: how long it takes, and what it costs, in virtual time:
 * `npm run test:drain -- 20` does it with 20 seeds. `-- --wall` deletes 300 on Growth on the clock's
 * time instead, through the whole local system.
 */
import { parseArgs } from 'node:util'
import { median } from '../bench/statistics.ts'
import { drainByTheClock } from './clock-drain.ts'
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

const { values, positionals } = parseArgs({
  options: { wall: { type: 'boolean', default: false } },
  allowPositionals: true,
})
if (values.wall) await drainOnTheWall()
else await drainInVirtualTime(Number(positionals[0] ?? 5))

async function drainOnTheWall(): Promise<void> {
  const tell = (line: string) => process.stderr.write(`\r${line} `)
  const drained = await drainByTheClock({ tier: 'growth', users: 300, tell })
  process.stdout.write(`\n${JSON.stringify(drained, undefined, 2)}\n`)
  const { refused, ratio, incidentSeconds } = drained
  process.exitCode = refused === 0 && ratio <= 1.05 && Math.max(...incidentSeconds) <= 5 ? 0 : 1
}

async function drainInVirtualTime(seeds: number): Promise<void> {
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
}
