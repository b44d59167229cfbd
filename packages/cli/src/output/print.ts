import { randomInt } from 'node:crypto'
import type { Writable } from 'node:stream'
import { styleText } from 'node:util'
import { type Block, hanging, layOut, unwrapped, withTexts } from './layout.ts'
import { escapedJson, withoutControls } from './plain.ts'
import { columnsOf } from './width.ts'

// The one place where the command writes. What came from elsewhere may be anywhere in a line, so
// every control character goes here, whoever forgot it before; our own colours are told by a mark.

type Format = Parameters<typeof styleText>[0]

const ESC = '\u001b'

/** In each of our colours until it is written, drawn anew by every process: nobody else's text has it. */
const mark = Array.from({ length: 3 }, () => randomInt(1000, 10_000)).join(';')

const markedColour = new RegExp(`${ESC}\\[([\\d;]+);${mark}m`)

/** How many columns there are on standard output. */
export function outputWidth(): number {
  return columnsOf(process.stdout)
}

/** Whether what is printed is shown to a person. */
export function isShown(): boolean {
  return process.stdout.isTTY === true
}

/** Paragraphs and rows on standard output, laid out for it. */
export function print(...blocks: readonly Block[]): void {
  process.stdout.write(`${shownLines(blocks, outputWidth()).join('\n')}\n`)
}

/** One JSON document on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${escapedJson(JSON.stringify(value, null, 2))}\n`)
}

/** The same on one line. */
export function printJsonLine(value: unknown): void {
  process.stdout.write(`${shownJson(value)}\n`)
}

/** JSON on one line as a terminal may have it. */
export function shownJson(value: unknown): string {
  return escapedJson(JSON.stringify(value))
}

/** Paragraphs and rows on standard error, where standard output is for a program. */
export function printAside(...blocks: readonly Block[]): void {
  process.stderr.write(`${shownLines(blocks, columnsOf(process.stderr)).join('\n')}\n`)
}

/** What went wrong, on standard error. */
export function complain(text: string): void {
  printAside(hanging(text))
}

/** Blocks as a terminal may have them, in lines of so many columns. */
export function shownLines(blocks: readonly Block[], width: number): readonly string[] {
  // First, as what is not shown takes a column as well.
  const harmless = blocks.map((block) => withTexts(block, withoutForeignControls))
  return layOut(harmless, width).map(unmarked)
}

/** A line as a terminal may have it: one line, our own colours, and no other control character. */
export function shown(line: string): string {
  return unwrapped([withoutForeignControls(line)])
    .map(unmarked)
    .join('')
}

function withoutForeignControls(text: string): string {
  return text
    .split(markedColour)
    .map((part, index) => (index % 2 === 0 ? withoutControls(part) : `${ESC}[${part};${mark}m`))
    .join('')
}

/** Our own colours as a terminal knows them; no other control character is left here. */
function unmarked(text: string): string {
  return text.replace(new RegExp(markedColour, 'g'), `${ESC}[$1m`)
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

/** A record of a file for a program, which ends as that program wants it. */
export function printRecord(text: string, end = '\n'): void {
  process.stdout.write(`${withoutControls(text)}${end}`)
}

/** A document for a program in lines of its own, which ends with a line break. */
export function printLines(text: string): void {
  process.stdout.write(text.split('\n').map(withoutControls).join('\n'))
}

/** Waits until what was printed has gone. @returns whether anybody still reads */
export async function printed(stream: Writable = process.stdout): Promise<boolean> {
  if (stream.writableNeedDrain && !stream.destroyed) await drained(stream)
  return !stream.destroyed && stream.errored === null
}

/** Also where nobody reads any more, and so nothing drains. */
function drained(stream: Writable): Promise<void> {
  const events = ['drain', 'close', 'error']
  return new Promise((resolve) => {
    const end = () => {
      for (const event of events) stream.off(event, end)
      resolve()
    }
    for (const event of events) stream.on(event, end)
  })
}
