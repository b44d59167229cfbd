import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { comparison, type Kind, type Told } from './comparison.ts'
import type { Measured } from './measured.ts'
import { inTurn } from './rounds.ts'
import { startServer } from './server.ts'

/**
 * Calls that count, and those before them. A list is more work. With 4,000 the difference is lost in
 * what compiles both of them: the marks below were set with 20,000.
 */
const calls = { revoke: [20_000, 2000], list: [600, 300] } as const
const script = fileURLToPath(new URL('throughput-client.ts', import.meta.url))

interface Cell {
  readonly perSecond: number
  readonly cpuMicros: number
}

const measure = async (
  kind: string,
  work: keyof typeof calls,
  url: string,
  atOnce: number,
): Promise<Cell> => {
  const parameters = [script, kind, work, url, String(atOnce), ...calls[work].map(String)]
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

const listed = { ...compared, sizes: 'at once, a list of 250' } as const

const listsPerSecond: Told<'undici', Cell> = {
  ...perSecond,
  ...listed,
  title: 'Client: lists of 250 consent sessions a second',
  ratio: 'client, lists/s ÷ undici',
  target: () => ({ atLeast: 0.87 }),
  unit: 'lists/s',
}

const listCpu: Told<'undici', Cell> = {
  ...cpu,
  ...listed,
  title: 'Client: CPU time of a list of 250, in microseconds',
  ratio: 'client, CPU a list ÷ undici',
}

/** The client beside raw undici, against a server that answers 204 or with a list. */
export const benchThroughput = async (rounds: number): Promise<Measured> => {
  const { url, stop } = await startServer()
  const kinds: Kind<'undici', Cell>[] = []
  for (const size of Object.keys(atLeast).map(Number)) {
    const both = await inTurn(['undici', 'lapse'], { rounds }, (who) =>
      measure(who, 'revoke', url, size),
    )
    kinds.push({ size, rounds: both })
  }
  const lists = await inTurn(['undici', 'lapse'], { rounds }, (who) =>
    measure(who, 'list', url, 10),
  )
  stop()
  const told = [
    ...[perSecond, cpu].map((what) => comparison(kinds, what)),
    ...[listsPerSecond, listCpu].map((what) => comparison([{ size: 10, rounds: lists }], what)),
  ]

  return {
    tables: told.map(({ table }) => table),
    ratios: told.flatMap(({ ratios }) => ratios),
  }
}
