import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleFunctions } from '../function-bundles.ts'
import { cellsOf, type Measured, ratioOf } from '../measured.ts'
import { type Parts, startParts } from '../parts/parts.ts'
import { median } from '../statistics.ts'
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

/** Both in turn, and the other one first every second time. */
async function measureRound(
  round: number,
  { lapse, peer }: Functions,
  plant: () => Promise<string[][]>,
) {
  const drained: Partial<Record<'lapse' | 'peer', Drained>> = {}
  const first = async () => {
    drained.lapse = await lapse.drain(await plant())
  }
  const second = async () => {
    drained.peer = await peer.drain(await plant())
  }
  for (const measure of round % 2 === 0 ? [first, second] : [second, first]) await measure()
  return drained as Required<typeof drained>
}

async function measureKind(
  parts: Parts,
  functions: Functions,
  { sessions, batches }: (typeof kinds)[number],
  rounds: number,
) {
  const measured = []
  // The first of all warms up.
  for (let round = -1; round < rounds; round += 1) {
    const plant = () => planted(parts, sessions, batches)
    const both = await measureRound(round, functions, plant)
    if (round >= 0) measured.push(both)
  }
  return { sessions, measured }
}

type Kind = Awaited<ReturnType<typeof measureKind>>

function perSecondTable(all: readonly Kind[]) {
  const ratios = all.map(({ sessions, measured }) =>
    ratioOf(
      `chain, events/s ÷ peer, ${sessions} sessions`,
      measured.map(({ lapse, peer }) => lapse.perSecond / peer.perSecond),
      { atLeast: 1 },
    ),
  )
  const of = (kind: Kind, who: 'lapse' | 'peer') =>
    median(kind.measured.map((round) => round[who].perSecond))
  return {
    ratios,
    table: {
      title: `Chain: first passes a second, batches of ${batchSize}, ${concurrency} at a time`,
      rows: [
        ['sessions', 'peer', 'lapse', 'lapse ÷ peer', 'middle half', ''],
        ...all.map((kind, at) => [
          String(kind.sessions),
          of(kind, 'peer').toFixed(0),
          of(kind, 'lapse').toFixed(0),
          ...cellsOf(ratios[at] as (typeof ratios)[number]),
        ]),
      ],
      chart: {
        unit: 'events/s',
        bars: all.flatMap((kind) =>
          (['peer', 'lapse'] as const).map((who) => ({
            label: `${who}, ${kind.sessions} sessions`,
            value: of(kind, who),
          })),
        ),
      },
    },
  }
}

function cpuTable(all: readonly Kind[]) {
  const ratios = all.map(({ sessions, measured }) =>
    ratioOf(
      `chain, CPU an event ÷ peer, ${sessions} sessions`,
      measured.map(({ lapse, peer }) => lapse.cpuMicros / peer.cpuMicros),
      { atMost: 1 },
    ),
  )
  const of = (kind: Kind, who: 'lapse' | 'peer') =>
    median(kind.measured.map((round) => round[who].cpuMicros)) / 1000
  return {
    ratios,
    table: {
      title: 'Chain: CPU time of the function for each event, in milliseconds',
      rows: [
        ['sessions', 'peer', 'lapse', 'lapse ÷ peer', 'middle half', ''],
        ...all.map((kind, at) => [
          String(kind.sessions),
          of(kind, 'peer').toFixed(2),
          of(kind, 'lapse').toFixed(2),
          ...cellsOf(ratios[at] as (typeof ratios)[number]),
        ]),
      ],
      chart: {
        unit: 'ms',
        bars: all.flatMap((kind) =>
          (['peer', 'lapse'] as const).map((who) => ({
            label: `${who}, ${kind.sessions} sessions`,
            value: of(kind, who),
          })),
        ),
      },
    },
  }
}

/** The first pass of users deleted, as bundled for Lambda, beside the hand-written peer. */
export async function benchChain(rounds: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'lapse-bench-'))
  const parts = await startParts()
  const bundles = await bundleFunctions(folder)
  const pool = (file: string) => startPool(file, parts.environment, concurrency)
  const functions = { lapse: await pool(bundles.lapse.file), peer: await pool(bundles.peer.file) }
  const all: Kind[] = []
  for (const kind of kinds) all.push(await measureKind(parts, functions, kind, rounds))
  functions.lapse.stop()
  functions.peer.stop()
  parts.stop()
  await rm(folder, { recursive: true })
  const [perSecond, cpu] = [perSecondTable(all), cpuTable(all)]
  return {
    tables: [perSecond.table, cpu.table],
    ratios: [...perSecond.ratios, ...cpu.ratios],
  }
}
