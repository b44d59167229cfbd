import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  type BackfillRow,
  type BackfillServices,
  checkSubject,
  runBackfill,
} from '@lapse/core/backfill'
import type { Receipt, WorkflowRow } from '@lapse/core/run'
import { manualClock, memoryLedger } from '@lapse/core/testing'
import { openUserFile } from '../../packages/cli/src/backfill/user-file.ts'
import { measureBackfills } from './backfill-command.ts'
import type { Measured } from './measured.ts'
import { against, printTable } from './table.ts'

const sizes = [25_000, 50_000, 100_000]
const minuteMs = 60_000
const mapping = {
  subjectFields: { userDeleted: 'subject', identityDeleted: 'identity.id' },
  lane: 'hygiene',
} as const
const terms = {
  ...mapping,
  names: ['b'.repeat(64)] as const,
  trial: 20,
  atOnce: 1000,
  patienceMs: 15 * minuteMs,
  longPatienceMs: 1440 * minuteMs,
}

/** What it costs to work through a file: of CPU by itself, and of time over SQS and DynamoDB. */
export async function benchBackfill(linesOverAws: readonly number[]): Promise<Measured> {
  await benchWithoutNetwork()
  return measureBackfills(linesOverAws)
}

/** The reading, the events, their names, the waiting for receipts. */
async function benchWithoutNetwork(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lapse-bench-'))
  // The first time everything is compiled.
  await measure(folder, 2000, 'ndjson')
  const rows: { readonly kind: string; readonly lines: number; readonly cost: Cost }[] = []
  for (const kind of ['ndjson', 'csv'] as const)
    for (const lines of sizes) rows.push({ kind, lines, cost: await measure(folder, lines, kind) })
  await rm(folder, { recursive: true })

  printTable('A backfill, without the network (the worker keeps up)', [
    ['file', 'lines', 'CPU seconds', 'µs a line', 'heap, MB'],
    ...rows.map(({ kind, lines, cost: { ms, heap } }) => [
      kind,
      String(lines),
      (ms / 1000).toFixed(1),
      ((ms * 1000) / lines).toFixed(0),
      (heap / 2 ** 20).toFixed(1),
    ]),
  ])
  for (const kind of ['ndjson', 'csv']) {
    const [small, large] = [sizes[0], sizes.at(-1)].map(
      (size) => rows.find((row) => row.kind === kind && row.lines === size)?.cost,
    )
    const times = (large?.ms ?? 0) / (small?.ms ?? 1)
    const heap = (large?.heap ?? 0) / (small?.heap ?? 1)
    console.log(
      `  ${kind}: four times the lines take ${times.toFixed(2)} times the CPU (${against(times < 5, '< 5')}) and ${heap.toFixed(2)} times the heap (${against(heap < 1.2, '< 1.2')})`,
    )
  }
}

function sum({ user, system }: NodeJS.CpuUsage): number {
  return user + system
}

interface Cost {
  /** Of CPU: others have theirs of the clock. */
  readonly ms: number
  /** The most that was in use after collecting garbage, in bytes. */
  readonly heap: number
}

async function measure(folder: string, lines: number, kind: 'ndjson' | 'csv'): Promise<Cost> {
  const path = join(folder, `${lines}.${kind}`)
  await pipeline(Readable.from(textOf(lines, kind)), createWriteStream(path))
  const heap = { most: 0 }
  const started = process.cpuUsage()
  const looking = { us: 0 }
  const look = () => {
    const at = process.cpuUsage()
    collectGarbage()
    heap.most = Math.max(heap.most, process.memoryUsage().heapUsed)
    looking.us += sum(process.cpuUsage(at))
  }
  const file = await openUserFile(path, {
    column: 'sub',
    problemWith: (subject) => {
      checkSubject(subject, mapping)
      return undefined
    },
  })
  look()
  const services = servicesOf(look)
  const work = { total: file.count, subjects: () => file.subjects() }
  const onlookers = { approve: async () => undefined, tell: () => undefined }
  const ended = await runBackfill(work, terms, services, onlookers)
  if (ended.result !== 'sent' || ended.sent !== lines) throw new Error('not every line was sent')
  return { ms: (sum(process.cpuUsage(started)) - looking.us) / 1000, heap: heap.most }
}

function* textOf(lines: number, kind: 'ndjson' | 'csv'): Generator<string> {
  if (kind === 'csv') yield 'email,sub\n'
  for (let line = 0; line < lines; line += 1) {
    const subject = `00000000-0000-4000-8000-${String(line).padStart(12, '0')}`
    yield kind === 'csv' ? `user${line}@x.example,${subject}\n` : `{"sub":"${subject}"}\n`
  }
}

/** A queue that takes everything, and a worker that has done two of three whenever it is asked. */
function servicesOf(look: () => void): BackfillServices {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const counts = { sent: 0, reads: 0 }
  const receipt = { result: 'done' } as Receipt
  return {
    clock,
    ledgerKey: new Uint8Array(32),
    runs: memoryLedger<BackfillRow>(),
    ledger: {
      read: async () => {
        counts.reads += 1
        return counts.reads % 3 === 0 ? undefined : { row: { receipt } as WorkflowRow, version: 1 }
      },
      write: () => Promise.reject(new Error('a backfill writes no receipts')),
    },
    send: async (bodies) => {
      clock.advance(20)
      const before = counts.sent
      counts.sent += bodies.length
      if (Math.floor(before / 5000) < Math.floor(counts.sent / 5000)) look()
    },
    pause: async (ms) => clock.advance(ms),
    self: { host: 'here', pid: 1 },
    isGone: () => false,
  }
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')
