import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { sqsEvent } from '../chain/function-pool.ts'
import { bundleFunctions } from '../function-bundles.ts'
import { cellsOf, type Measured, ratioOf } from '../measured.ts'
import { startParts } from '../parts/parts.ts'
import { inTurn } from '../rounds.ts'
import { median } from '../statistics.ts'

const sessions = 2
const script = fileURLToPath(new URL('cold-process.ts', import.meta.url))

type Who = 'lapse' | 'peer'

interface Started {
  readonly milliseconds: number
  readonly cpuMilliseconds: number
}

/** Cold starts of both bundles in turn, each with a user of its own, beside the hand-written peer. */
export async function benchCold(rounds: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'lapse-bench-'))
  const parts = await startParts()
  const bundles = await bundleFunctions(folder)
  const start = async (who: Who): Promise<Started> => {
    const subject = `user-${randomUUID()}`
    await parts.plant({ subjects: [subject], sessions })
    const events = join(folder, 'event.json')
    await writeFile(events, JSON.stringify(sqsEvent([subject])))
    const { stderr } = await promisify(execFile)(
      process.execPath,
      [script, bundles[who].file, events],
      { env: parts.environment },
    )
    return JSON.parse(stderr)
  }
  // The first of all fills the caches of the disk.
  const measured = await inTurn(['lapse', 'peer'], { rounds, warmUp: 1 }, start)
  parts.stop()
  await rm(folder, { recursive: true })
  return measuredOf(measured, bundles)
}

function measuredOf(
  measured: readonly Record<Who, Started>[],
  bundles: Awaited<ReturnType<typeof bundleFunctions>>,
): Measured {
  const of = (who: Who, what: keyof Started) => median(measured.map((each) => each[who][what]))
  const ratio = (name: string, what: keyof Started) =>
    ratioOf(
      name,
      measured.map(({ lapse, peer }) => lapse[what] / peer[what]),
      { atMost: 1.25 },
    )
  const time = ratio('cold start to the first message done ÷ peer', 'milliseconds')
  const cpu = ratio('CPU of a cold start ÷ peer', 'cpuMilliseconds')
  const kilobytes = (who: Who) => (bundles[who].bytes / 1000).toFixed(0)
  return {
    tables: [
      {
        title: 'Cold start: from the first byte of code to the first message done, 2 sessions',
        rows: [
          ['', 'peer', 'lapse', 'lapse ÷ peer', 'middle half', ''],
          ...(
            [
              ['milliseconds', 'milliseconds', time],
              ['milliseconds of CPU', 'cpuMilliseconds', cpu],
            ] as const
          ).map(([label, what, its]) => [
            label,
            of('peer', what).toFixed(0),
            of('lapse', what).toFixed(0),
            ...cellsOf(its),
          ]),
          ['KB uploaded', kilobytes('peer'), kilobytes('lapse'), '', '', ''],
        ],
        chart: {
          unit: 'ms',
          bars: (['peer', 'lapse'] as const).map((label) => ({
            label,
            value: of(label, 'milliseconds'),
          })),
        },
      },
    ],
    ratios: [time, cpu],
  }
}
