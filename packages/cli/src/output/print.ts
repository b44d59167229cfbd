import { randomInt } from 'node:crypto'
import { styleText } from 'node:util'
import { escapedJson, withoutControls } from './plain.ts'

// The one place where the command writes. What came from elsewhere may be anywhere in a line, so
// every control character goes here, whoever forgot it before; our own colours are told by a mark.

type Format = Parameters<typeof styleText>[0]

const ESC = '\u001b'

/** In each of our colours until it is written, drawn anew by every process: nobody else's text has it. */
const mark = Array.from({ length: 3 }, () => randomInt(1000, 10_000)).join(';')

const markedColour = new RegExp(`${ESC}\\[([\\d;]+);${mark}m`)

/** Lines on standard output. */
export function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.map(shown).join('\n')}\n`)
}

/** One JSON document on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${escapedJson(JSON.stringify(value, null, 2))}\n`)
}

/** A line on standard error. */
export function complain(line: string): void {
  process.stderr.write(`${shown(line)}\n`)
}

/** A line as a terminal may have it: one line, our own colours, and no other control character. */
export function shown(line: string): string {
  return line
    .split(markedColour)
    .map((part, index) => (index % 2 === 0 ? withoutControls(part) : `${ESC}[${part}m`))
    .join('')
}

/** Text with colour or weight where standard output is a terminal and NO_COLOR does not forbid it. */
export function styled(
  format: Format,
  text: string,
  stream: NodeJS.WritableStream = process.stdout,
): string {
  if (text === '') return ''
  const coloured = styleText(format, withoutControls(text), { stream })
  return coloured.replace(new RegExp(`${ESC}\\[([\\d;]+)m`, 'g'), `${ESC}[$1;${mark}m`)
}
