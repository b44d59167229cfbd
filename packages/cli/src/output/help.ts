import type { Help } from 'commander'
import { widthOf } from './display-width.ts'
import { type Block, columns, layOut, narrowest } from './layout.ts'
import { outputWidth } from './print.ts'

/** Help is prose: where it does not go to a terminal, it is as wide as commander's own. */
const elsewhere = 80

/** Commander's help, laid out as everything else is. */
export const help: Partial<Help> = {
  displayWidth: widthOf,
  boxWrap: (text, width) => layOut([text], width).join('\n'),
  formatItem(term, termWidth, description) {
    const width = this.helpWidth ?? elsewhere
    // All of a command's options are told in the same way.
    const beside = width - termWidth > narrowest + 4
    const item = beside
      ? columns([[term.padEnd(termWidth), description]])
      : [`  ${term}`, `    ${description}`]
    return layOut(item, width).join('\n')
  },
}

/** How wide it is. */
export function helpWidth(): number {
  const width = outputWidth()
  return Number.isFinite(width) ? width : elsewhere
}

/** What npm is doing where it runs a command out of a project: `npx`, `npm run`. */
const npmRuns: readonly (string | undefined)[] = ['exec', 'run', 'run-script']

/** The command as it is to be typed: out of a project npm runs it, and no `lapse` is on the path. */
export function typedName(environment: Readonly<Record<string, string | undefined>>): string {
  return npmRuns.includes(environment['npm_command']) ? 'npx lapse' : 'lapse'
}

/** Commands that can be typed as they stand, and what for; each is written as `lapse …` here. */
export type Examples = readonly (readonly [line: string, what: string])[]

/** What stands below the help of a command, as the last thing. */
export function examples(rows: Examples, ...after: readonly Block[]): () => string {
  const name = typedName(process.env)
  const typed = rows.map(([line, what]) => [line.replace(/(^|\| )lapse /g, `$1${name} `), what])
  return helpText('Examples:', ...columns(typed), ...after)
}

/** What stands below it. */
export function helpText(...blocks: readonly Block[]): () => string {
  return () => layOut(['', ...blocks], helpWidth()).join('\n')
}
