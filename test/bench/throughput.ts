import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cellsOf, type Measured, ratioOf } from './measured.ts'
import { startServer } from './server.ts'
import { median } from './statistics.ts'

const calls = 4000
const script = fileURLToPath(new URL('throughput-client.ts', import.meta.url))

interface Cell {
  readonly perSecond: number
  readonly cpuMicros: number
}

const measure = async (kind: string, url: string, atOnce: number): Promise<Cell> => {
  const parameters = [script, kind, url, String(atOnce), String(calls)]
  const { stdout } = await promisify(execFile)(process.execPath, parameters)

  return JSON.parse(stdout)
}

/** Both clients in turn, and the other one first every second time. */
const measureRound = async (round: number, url: string, atOnce: number) => {
  const kinds = round % 2 === 0 ? ['undici', 'lapse'] : ['lapse', 'undici']
  const cells: Record<string, Cell> = {}
  for (const kind of kinds) cells[kind] = await measure(kind, url, atOnce)
  const { undici, lapse } = cells
  if (undici === undefined || lapse === undefined) throw new Error('a client was not measured')

  return { undici, lapse, ratio: lapse.perSecond / undici.perSecond }
}

/** One number of calls at a time, and what is held to: no slower than it was, and little more CPU. */
const measureKind = async (url: string, atOnce: number, atLeast: number, rounds: number) => {
  const measured: Awaited<ReturnType<typeof measureRound>>[] = []
  for (let round = 0; round < rounds; round += 1) {
    measured.push(await measureRound(round, url, atOnce))
  }
  const of = (kind: 'undici' | 'lapse', what: keyof Cell) =>
    median(measured.map((round) => round[kind][what]))
  const perSecond = ratioOf(
    `client, calls/s ÷ undici, ${atOnce} at once`,
    measured.map(({ ratio }) => ratio),
    { atLeast },
  )
  const cpu = ratioOf(
    `client, CPU a call ÷ undici, ${atOnce} at once`,
    measured.map(({ lapse, undici }) => lapse.cpuMicros / undici.cpuMicros),
    { atMost: 1.1 },
  )

  return { atOnce, of, perSecond, cpu }
}

/** The client beside raw undici, against a server that answers 204. */
export const benchThroughput = async (rounds: number): Promise<Measured> => {
  const { url, stop } = await startServer()
  const kinds = [
    await measureKind(url, 1, 0.87, rounds),
    await measureKind(url, 10, 1.12, rounds),
    await measureKind(url, 50, 1.03, rounds),
  ]
  stop()
  const heading = ['at once', 'undici', 'lapse', 'lapse ÷ undici', 'middle half', '']

  return {
    tables: [
      {
        title: 'Client: calls of revokeOAuth2ConsentSessions a second',
        rows: [
          heading,
          ...kinds.map(({ atOnce, of, perSecond }) => [
            String(atOnce),
            of('undici', 'perSecond').toFixed(0),
            of('lapse', 'perSecond').toFixed(0),
            ...cellsOf(perSecond),
          ]),
        ],
        chart: {
          unit: 'calls/s',
          bars: kinds.flatMap(({ atOnce, of }) =>
            (['undici', 'lapse'] as const).map((kind) => ({
              label: `${kind}, ${atOnce} at once`,
              value: of(kind, 'perSecond'),
            })),
          ),
        },
      },
      {
        title: 'Client: CPU time of a call, in microseconds',
        rows: [
          heading,
          ...kinds.map(({ atOnce, of, cpu }) => [
            String(atOnce),
            of('undici', 'cpuMicros').toFixed(1),
            of('lapse', 'cpuMicros').toFixed(1),
            ...cellsOf(cpu),
          ]),
        ],
      },
    ],
    ratios: kinds.flatMap(({ perSecond, cpu }) => [perSecond, cpu]),
  }
}
