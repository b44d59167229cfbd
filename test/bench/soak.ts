import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Soaked } from '../soak/soak.ts'
import { cellsOf, type Measured, type Ratio } from './measured.ts'
import { median } from './statistics.ts'

const command = fileURLToPath(new URL('../soak/main.ts', import.meta.url))

/** The soak in a process of its own, whose clock is not this one's. */
export async function benchSoak(events: number): Promise<Measured> {
  const run = promisify(execFile)(process.execPath, [command, '--events', String(events)], {
    maxBuffer: 2 ** 30,
  })
  // It ends with 1 where something is not as it has to be, and has printed what.
  const { stdout } = await run.catch((error: { readonly stdout: string }) => error)
  return measuredOf(JSON.parse(stdout) as Soaked)
}

/** What a soak came to, as the page has it. */
export function measuredOf(soaked: Soaked): Measured {
  const memory = memoryRatio(soaked.memoryMb)
  const { sent, receipts, deadLetters } = soaked
  const letters = Object.values(deadLetters).reduce((sum, count) => sum + count, 0)
  const rows: readonly (readonly [string, string | number])[] = [
    ['events sent', sent],
    ['first passes with a receipt', receipts.first],
    ['second passes with a receipt', receipts['follow-up']],
    ['dead letters', `${letters} ${Object.keys(deadLetters).join(', ')}`.trim()],
    ['lost', sent - receipts['follow-up'] - letters],
    ['receipts twice', soaked.doubles],
    ['consents left', soaked.consentsLeft],
    ['messages left on their queue without a line', soaked.leftWithoutALine],
    ['receives that no invocation had', soaked.receivedByNobody],
    ['invocations that failed as a whole', countOf(soaked.failedInvocations)],
    ['deliveries', soaked.deliveries],
    ['requests to Ory that went wrong, its outage aside', soaked.faultsMet],
    ['minutes on the clock of the system', minutesText(soaked.systemSeconds)],
    ['minutes on that of the machine', minutesText(soaked.seconds)],
    ...heapRows(soaked.heapMb),
    ['memory resident of all functions, at equal steps, MB', soaked.memoryMb.join(', ')],
  ]
  return {
    tables: [
      {
        title: 'Soak: one request to Ory in twenty goes wrong, and all of them for an hour',
        rows: [['', ''], ...rows.map(([what, value]) => [what, textOf(value)])],
      },
      {
        title: 'Soak: memory resident, end ÷ middle',
        rows: [
          ['', '÷', 'middle half', ''],
          ['memory', ...cellsOf(memory)],
        ],
      },
    ],
    ratios: [memory],
  }
}

/** Functions say it once they have been invoked fifty times. */
const heapRows = (heapMb: readonly number[]) =>
  heapMb.length === 0
    ? []
    : [['heap in use of one function or another, at equal steps, MB', heapMb.join(', ')] as const]

function memoryRatio(samples: readonly number[]): Ratio {
  const part = (from: number, to: number) =>
    median(samples.slice(Math.floor(samples.length * from), Math.floor(samples.length * to)))
  const value = part(0.7, 1) / part(0.3, 0.6)
  return {
    of: 'soak: memory at the end ÷ in the middle',
    value,
    from: value,
    to: value,
    target: { atMost: 1.2 },
  }
}

const countOf = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)
const minutesText = (seconds: number) => (seconds / 60).toFixed(1)
const textOf = (value: string | number) =>
  typeof value === 'number' ? value.toLocaleString('en') : value
