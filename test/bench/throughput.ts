import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startServer } from './server.ts'
import { median } from './statistics.ts'
import { against, printTable } from './table.ts'

const rounds = 5
const calls = 20_000
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

const rowOf = async (url: string, atOnce: number): Promise<readonly string[]> => {
  const measured = []
  for (let round = 0; round < rounds; round += 1) {
    measured.push(await measureRound(round, url, atOnce))
  }
  const ratio = median(measured.map((round) => round.ratio))
  const cpu = median(measured.map(({ lapse }) => lapse.cpuMicros))

  return [
    `${atOnce} at once`,
    median(measured.map(({ undici }) => undici.perSecond)).toFixed(0),
    median(measured.map(({ lapse }) => lapse.perSecond)).toFixed(0),
    ratio.toFixed(2),
    against(ratio >= 0.85, '≥ 0.85'),
    median(measured.map(({ undici }) => undici.cpuMicros)).toFixed(1),
    cpu.toFixed(1),
    against(cpu <= 60, '≤ 60'),
  ]
}

/** The client beside raw undici, against a server that answers 204. */
export const benchThroughput = async (): Promise<void> => {
  const { url, stop } = await startServer()
  const heading = ['', 'undici/s', 'lapse/s', 'ratio', '', 'undici µs CPU', 'lapse µs CPU', '']
  const rows = [heading, await rowOf(url, 10), await rowOf(url, 50)]
  stop()
  printTable(`Calls: revokeOAuth2ConsentSessions, ${calls} a run, medians of ${rounds} runs`, rows)
}
