import { svgOf } from './charts.ts'
import type { Measured } from './measured.ts'

/** What a part of the bench found out, where and when. */
export interface Result extends Measured {
  /** `Node v24.21.0, linux x64, 2 × …`. */
  readonly machine: string
  /** The load when it began: above the number of processors, only ratios mean something. */
  readonly load: number
  /** The day, as `2026-11-29`. */
  readonly on: string
}

/** By the part's name. */
export type Results = Readonly<Record<string, Result>>

export interface Page {
  /** `docs/performance.md`. */
  readonly text: string
  /** By their names in `docs/charts`. */
  readonly charts: ReadonlyMap<string, string>
}

const introduction = `# Performance

Written by \`npm run bench -- --write\`; what it found out stands in \`test/bench/results.json\`, and \`npm run bench -- --check\` compares the ratios of a new run with it. Where two things are compared they are measured in one run, in turn, each first every second time: the ratio of a round means something on any machine, the other numbers on an idle one. Given are medians and the middle half of the rounds.

The *peer* is a handler written by hand for the same event, with none of the promises: a batch loop and idempotency as Powertools has them (written out, since neither package is installed here), its logger and metrics, AWS's clients, and \`fetch\` for the same calls to Ory ([handler.ts](../test/bench/peer/handler.ts)). Functions are bundled as for Lambda and run in processes of their own; Ory's emulator, SQS, DynamoDB and Secrets Manager in others.

What a million events cost follows from counted calls: [deploy.md](deploy.md#costs-per-million-events).
`

/** The page and its charts out of what was found out. */
export function pageOf(results: Results): Page {
  const charts = new Map<string, string>()
  const parts = Object.entries(results).map(([name, result]) => partOf(name, result, charts))
  return { text: [introduction, ...parts].join('\n'), charts }
}

function partOf(name: string, result: Result, charts: Map<string, string>): string {
  const { machine, load, on, tables } = result
  const told = tables.map(({ title, rows, chart }, at) => {
    const file = `${name}-${at + 1}.svg`
    if (chart !== undefined) charts.set(file, svgOf(title, chart))
    const image = chart === undefined ? '' : `\n![${title}](charts/${file})\n`
    return `### ${title}\n\n${markdownOf(rows)}\n${image}`
  })
  return [`## ${name}\n\n${on}, ${machine}, load ${load.toFixed(1)}\n`, ...told].join('\n')
}

function markdownOf([heading = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |')
  return [line(heading), `|${'---|'.repeat(heading.length)}`, ...rows.map(line)].join('\n')
}
