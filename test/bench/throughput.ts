import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { comparison, type Kind, type Told } from './comparison.ts'
import type { Measured } from './measured.ts'
import { inTurn } from './rounds.ts'
import { startServer } from './server.ts'

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

/** By how many calls are made at a time: no slower than it was. */
const atLeast: Readonly<Record<number, number>> = { 1: 0.87, 10: 1.12, 50: 1.03 }

const compared = { other: 'undici', sizes: 'at once' } as const

const perSecond: Told<'undici', Cell> = {
  ...compared,
  title: 'Client: calls of revokeOAuth2ConsentSessions a second',
  of: (cell) => cell.perSecond,
  ratio: 'client, calls/s ÷ undici',
  target: (atOnce) => ({ atLeast: atLeast[atOnce] ?? Number.POSITIVE_INFINITY }),
  digits: 0,
  unit: 'calls/s',
}

const cpu: Told<'undici', Cell> = {
  ...compared,
  title: 'Client: CPU time of a call, in microseconds',
  of: ({ cpuMicros }) => cpuMicros,
  ratio: 'client, CPU a call ÷ undici',
  target: () => ({ atMost: 1.1 }),
  digits: 1,
}

/** The client beside raw undici, against a server that answers 204. */
export const benchThroughput = async (rounds: number): Promise<Measured> => {
  const { url, stop } = await startServer()
  const kinds: Kind<'undici', Cell>[] = []
  for (const size of Object.keys(atLeast).map(Number)) {
    const both = await inTurn(['undici', 'lapse'], { rounds }, (who) => measure(who, url, size))
    kinds.push({ size, rounds: both })
  }
  stop()
  const told = [perSecond, cpu].map((what) => comparison(kinds, what))

  return {
    tables: told.map(({ table }) => table),
    ratios: told.flatMap(({ ratios }) => ratios),
  }
}
