import type { Block } from './layout.ts'
import { shownLines } from './print.ts'
import { columnsOf } from './width.ts'

/** Takes the place of what was shown before, in one write, so that nothing flickers. */
export interface Screen {
  show(...blocks: readonly Block[]): void
  /** What was shown last stays, and the cursor is back. */
  close(): void
}

const esc = '\u001b'
const hideCursor = `${esc}[?25l`
const showCursor = `${esc}[?25h`
const home = `${esc}[H`
const clearAll = `${esc}[2J`
const clearToEndOfLine = `${esc}[K`
const clearBelow = `${esc}[J`

type Output = Pick<NodeJS.WriteStream, 'write'> &
  Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'rows'>>

/** Whether standard output can be drawn on. */
export function isOnTerminal(): boolean {
  return process.stdout.isTTY === true
}

/**
 * A terminal's screen. Lines are written over each other, and what is left of longer ones is cleared
 * behind each: an empty screen is never seen. What has no room below is cut, and it is said so.
 */
export function newScreen(output: Output = process.stdout): Screen {
  const state = { begun: false }
  return {
    show(...blocks) {
      const lines = shownLines(blocks, columnsOf(output))
      const shown = fitting(lines, output.rows || Number.POSITIVE_INFINITY)
      const start = state.begun ? home : hideCursor + clearAll + home
      state.begun = true
      output.write(start + shown.map((line) => line + clearToEndOfLine).join('\n') + clearBelow)
    },
    close() {
      if (state.begun) output.write(`\n${showCursor}`)
    },
  }
}

function fitting(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines
  const room = Math.max(0, rows - 1)
  return [...lines.slice(0, room), `… ${lines.length - room} more lines`]
}
