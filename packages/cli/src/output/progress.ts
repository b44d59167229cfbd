import { shown } from './print.ts'

/** What is going on, on standard error: one line that changes on a terminal, plain lines elsewhere. */
export interface Progress {
  /** Something begins. */
  begin(text: string): void
  /** It goes on; told on a terminal only. */
  update(text: string): void
  /** It is over; the lines stay. */
  end(...lines: readonly string[]): void
  /** Takes an unfinished line off the terminal, before something else is written. */
  clear(): void
}

const clearLine = '\r\u001b[K'

export function newProgress(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr,
): Progress {
  const onTerminal = stream.isTTY === true
  const show = (text: string) =>
    stream.write(onTerminal ? `${clearLine}${shown(text)} …` : `${shown(text)} …\n`)
  return {
    begin: show,
    update: (text) => {
      if (onTerminal) show(text)
    },
    end: (...lines) => {
      stream.write(`${onTerminal ? clearLine : ''}${lines.map(shown).join('\n')}\n`)
    },
    clear: () => {
      if (onTerminal) stream.write(clearLine)
    },
  }
}
