import type { Block } from './layout.ts'
import { shown, shownLines } from './print.ts'
import { columnsOf } from './width.ts'

/** What is going on, on standard error: one line that changes on a terminal, plain lines elsewhere. */
export interface Progress {
  readonly onTerminal: boolean
  /** Something begins. */
  begin(text: string): void
  /** It goes on; told on a terminal only. */
  update(text: string): void
  /** It is over; the lines stay. */
  end(...blocks: readonly Block[]): void
  /** Takes an unfinished line off the terminal, before something else is written. */
  clear(): void
}

const clearLine = '\r\u001b[K'
const ending = ' …'

export function newProgress(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> &
    Partial<Pick<NodeJS.WriteStream, 'columns'>> = process.stderr,
): Progress {
  const onTerminal = stream.isTTY === true
  const show = (text: string) =>
    stream.write(onTerminal ? clearLine + oneLine(text, columnsOf(stream)) : `${shown(text)} …\n`)
  return {
    onTerminal,
    begin: show,
    update: (text) => {
      if (onTerminal) show(text)
    },
    end: (...blocks) => {
      const lines = shownLines(blocks, columnsOf(stream))
      stream.write(`${onTerminal ? clearLine : ''}${lines.join('\n')}\n`)
    },
    clear: () => {
      if (onTerminal) stream.write(clearLine)
    },
  }
}

/** As much as fits into the line that is going to change: of a second one nothing would clear the first. */
function oneLine(text: string, width: number): string {
  const [line = ''] = shownLines([text], width - ending.length)
  return `${line}${ending}`
}
