import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { comparison, type Kind, type Told } from '../comparison.ts'
import { bundleFunctions } from '../function-bundles.ts'
import type { Measured } from '../measured.ts'
import { type Parts, startParts } from '../parts/parts.ts'
import { inTurn } from '../rounds.ts'
import { type Drained, type FunctionPool, startPool } from './function-pool.ts'

const batchSize = 10
const concurrency = 2

/** Fewer events where each is more work, so that rounds last alike. */
const kinds = [
  { sessions: 0, batches: 20 },
  { sessions: 2, batches: 16 },
  { sessions: 20, batches: 6 },
]

type Functions = Readonly<Record<'lapse' | 'peer', FunctionPool>>

/** A round's work: users that are there, in batches. */
async function planted(parts: Parts, sessions: number, batches: number) {
  const made = Array.from({ length: batches }, () =>
    Array.from({ length: batchSize }, () => `user-${randomUUID()}`),
  )
  await parts.plant({ subjects: made.flat(), sessions })
  return made
}

async function measureKind(
  parts: Parts,
  functions: Functions,
  { sessions, batches }: (typeof kinds)[number],
  rounds: number,
): Promise<Kind<'peer', Drained>> {
  const drain = async (who: keyof Functions) =>
    functions[who].drain(await planted(parts, sessions, batches))
  return { size: sessions, rounds: await inTurn(['lapse', 'peer'], { rounds, warmUp: 1 }, drain) }
}

const compared = { other: 'peer', sizes: 'sessions' } as const

const perSecond: Told<'peer', Drained> = {
  ...compared,
  title: `Chain: first passes a second, batches of ${batchSize}, ${concurrency} at a time`,
  of: (drained) => drained.perSecond,
  ratio: 'chain, events/s ÷ peer',
  target: () => ({ atLeast: 1 }),
  digits: 0,
  unit: 'events/s',
}

const cpu: Told<'peer', Drained> = {
  ...compared,
  title: 'Chain: CPU time of the function for each event, in milliseconds',
  of: ({ cpuMicros }) => cpuMicros / 1000,
  ratio: 'chain, CPU an event ÷ peer',
  target: () => ({ atMost: 1 }),
  digits: 2,
  unit: 'ms',
}

/** The first pass of users deleted, as bundled for Lambda, beside the hand-written peer. */
export async function benchChain(rounds: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'lapse-bench-'))
  const parts = await startParts()
  const bundles = await bundleFunctions(folder)
  const pool = (file: string) => startPool(file, parts.environment, concurrency)
  const functions = { lapse: await pool(bundles.lapse.file), peer: await pool(bundles.peer.file) }
  const all: Kind<'peer', Drained>[] = []
  for (const kind of kinds) all.push(await measureKind(parts, functions, kind, rounds))
  functions.lapse.stop()
  functions.peer.stop()
  parts.stop()
  await rm(folder, { recursive: true })
  const told = [perSecond, cpu].map((what) => comparison(all, what))
  return {
    tables: told.map(({ table }) => table),
    ratios: told.flatMap(({ ratios }) => ratios),
  }
}
