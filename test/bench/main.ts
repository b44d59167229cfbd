/** What lapse costs. Ratios within one run mean something on any machine; the other numbers on an idle one. */
import { availableParallelism, cpus, loadavg } from 'node:os'
import { benchBackfill } from './backfill.ts'
import { benchBundles } from './bundles.ts'
import { benchChain } from './chain/chain.ts'
import { tolerance, worsened } from './check.ts'
import { benchClockDrain } from './clock-drain.ts'
import { benchCold } from './cold/cold.ts'
import { benchDrain } from './drain.ts'
import { benchFaults } from './faults.ts'
import { benchFirstAnswer } from './first-answer.ts'
import { benchGrowth } from './growth.ts'
import type { Measured } from './measured.ts'
import { benchOptions } from './options.ts'
import type { Result } from './page.ts'
import { committedResults, writeResults } from './results.ts'
import { benchSoak } from './soak.ts'
import { printTable } from './table.ts'
import { benchThroughput } from './throughput.ts'
import { benchWriteUnits } from './write-units.ts'

/** Those that give nothing back print what they find, and are no part of the page. */
const parts: Readonly<Record<string, (rounds?: number, large?: boolean) => Promise<unknown>>> = {
  client: (rounds = 5) => benchThroughput(rounds),
  chain: (rounds = 7) => benchChain(rounds),
  cold: (rounds = 21) => benchCold(rounds),
  drain: (rounds = 2) => benchDrain(rounds),
  'clock-drain': benchClockDrain,
  growth: benchGrowth,
  ledger: benchWriteUnits,
  backfill: (_rounds, large) => benchBackfill(large ? [1000, 10_000, 100_000] : [100, 1000]),
  soak: (_rounds, large) => benchSoak(large ? 10_000 : 500),
  faults: benchFaults,
  'first-answer': benchFirstAnswer,
  bundles: benchBundles,
}

async function main(): Promise<void> {
  const options = benchOptions(process.argv.slice(2), Object.keys(parts))
  const results: Record<string, Result> = {}
  for (const name of options.parts) {
    const place = { machine: machine(), load: loadavg()[0] ?? 0, on: today() }
    if (!options.json) console.log(`\n${name}: ${place.machine}, load ${place.load.toFixed(1)}`)
    const measured = await parts[name]?.(options.rounds, options.large)
    if (!isMeasured(measured)) continue
    results[name] = { ...place, ...measured }
    if (!options.json) for (const { title, rows } of measured.tables) printTable(title, rows)
  }
  if (options.json) console.log(JSON.stringify(results, undefined, 2))
  if (options.check) check(results)
  if (options.write) writeResults(results)
}

function isMeasured(found: unknown): found is Measured {
  return typeof found === 'object' && found !== null && 'ratios' in found
}

function check(results: Readonly<Record<string, Result>>): void {
  const committed = committedResults()
  const worse = Object.entries(results).flatMap(([name, { ratios }]) =>
    worsened(committed[name]?.ratios ?? [], ratios),
  )
  for (const line of worse) console.error(`worse by more than ${tolerance * 100} %: ${line}`)
  if (worse.length > 0) process.exitCode = 1
}

function machine(): string {
  const [first] = cpus()
  const { version, platform, arch } = process
  return `Node ${version}, ${platform} ${arch}, ${availableParallelism()} × ${first?.model.trim() || 'processor'}`
}

function today(): string {
  return new Date().toISOString().slice(0, 10)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? `bench: ${error.message}` : error)
  process.exitCode = 1
})
