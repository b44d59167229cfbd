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

/** What stands below it. */
export function helpText(...blocks: readonly Block[]): () => string {
  return () => layOut(['', ...blocks], helpWidth()).join('\n')
}
