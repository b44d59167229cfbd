import { globSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { createOry } from '@lapse/core/ory'
import { type OryEmulator, startOryEmulator } from '@lapse/ory-emulator'
import type { Release } from '../../packages/ory-emulator/src/ory.ts'
import { routesOf } from '../../packages/ory-emulator/src/routes.ts'
import { probeFeatures } from '../contract/setup/features.ts'
import { families } from '../live/families/index.ts'
import { type Addresses, casesOf, play } from '../live/play.ts'
import { outcomeOf } from '../outcome.ts'
import { type Coverage, nameOf } from './coverage.ts'
import { type Asked, byRoute, newCounter, without } from './routes-asked.ts'

const root = resolve(import.meta.dirname, '../..')
const vitest = resolve(root, 'node_modules/vitest/vitest.mjs')

/** A comparison to be made. */
export interface Wanted {
  readonly release: Release
  /** What the live server is. */
  readonly server: string
  readonly live: Addresses
  readonly rounds: number
  readonly seed: string
}

/**
 * Compares an emulator with a live server, and notes which of its routes were asked on the way.
 *
 * @throws Error where they differ.
 */
export async function record({ release, server, live, rounds, seed }: Wanted): Promise<Coverage> {
  const contract = await contractAgainst(live)
  const exchanges = await fuzzAgainst(live, release, rounds, seed)
  const count = newCounter(release)
  // A receiver that does not answer is asked again at once.
  await using emulator = await startOryEmulator({ profile: release, wait: async () => undefined })
  const asked = async (work: () => Promise<void>): Promise<Asked> => {
    emulator.clearRequests()
    await work()
    return count(emulator.requests)
  }
  const byFile = await contractFiles(emulator, asked)
  const byFamily = await fuzzFamilies(emulator, asked, rounds, seed)

  const [files, fuzzed] = [byRoute(byFile), byRoute(byFamily)]
  const routes = routesOf(release).map((route) => {
    const name = nameOf(route)
    return [name, { contract: files.get(name) ?? '', fuzzer: fuzzed.get(name) ?? '' }]
  })
  const on = new Date().toISOString().slice(0, 10)
  const fuzzer = { rounds, seed, exchanges }
  return { server, on, contract, fuzzer, routes: Object.fromEntries(routes) }
}

async function contractAgainst(live: Addresses): Promise<Coverage['contract']> {
  const folder = await mkdtemp(join(tmpdir(), 'contract-'))
  const report = join(folder, 'report.json')
  await runNode(
    [vitest, 'run', '--project=contract-live', '--reporter=json', `--outputFile=${report}`],
    live,
  )
  const { numPassedTests, testResults } = JSON.parse(await readFile(report, 'utf8'))
  await rm(folder, { recursive: true })
  return { files: testResults.length, cases: numPassedTests }
}

async function fuzzAgainst(
  live: Addresses,
  release: Release,
  rounds: number,
  seed: string,
): Promise<number> {
  const options = ['--profile', release, '--rounds', String(rounds), '--seed', seed]
  const said = await runNode(['test/live/main.ts', ...options], live)
  return Number(/^(\d+) exchanges/m.exec(said)?.[1])
}

type Count = (work: () => Promise<void>) => Promise<Asked>

/** What every run of the contract suite asks before its first case. */
async function probe({ adminUrl, publicUrl }: OryEmulator): Promise<void> {
  await using ory = createOry({ adminUrl, publicUrl })
  await probeFeatures(ory)
}

/** One process for each file: a file's own requests are counted, and what a live server can show. */
async function contractFiles(
  emulator: OryEmulator,
  asked: Count,
): Promise<ReadonlyMap<string, Asked>> {
  const counted = new Map<string, Asked>()
  const probed = await asked(() => probe(emulator))
  const files = globSync('test/contract/*.test.ts', { cwd: root }).toSorted()
  for (const file of files.filter((path) => !path.endsWith('.emulator-only.test.ts'))) {
    const run = [vitest, 'run', '--project=contract-live', file]
    const all = await asked(async () => {
      await runNode(run, emulator)
    })
    counted.set(basename(file, '.test.ts'), without(all, probed))
  }
  return counted
}

async function fuzzFamilies(
  emulator: OryEmulator,
  asked: Count,
  rounds: number,
  seed: string,
): Promise<ReadonlyMap<string, Asked>> {
  const counted = new Map<string, Asked>()
  for (const family of families) {
    const cases = Array.from({ length: rounds }, (_, round) =>
      casesOf([family], seed, round),
    ).flat()
    counted.set(
      family.name,
      await asked(async () => {
        for (const played of cases) await play(played, 'emulator', emulator, 'counted')
      }),
    )
  }
  return counted
}

async function runNode(
  args: readonly string[],
  { adminUrl, publicUrl }: Addresses,
): Promise<string> {
  const env = { ...process.env, ORY_ADMIN_URL: adminUrl, ORY_PUBLIC_URL: publicUrl }
  const { status, output } = await outcomeOf([process.execPath, ...args], { cwd: root, env })
  if (status === 0) return output
  throw new Error(`${args.join(' ')} failed:\n${output}`)
}
