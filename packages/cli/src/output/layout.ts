import { widthOf } from './display-width.ts'

// The one place that lays out what a person reads. No line is longer than the width it is given,
// unless it is one word that is: no word is broken, nor what `kept` and `command` hold together.

/** A paragraph (leading blanks are its indent, of every line), one that hangs, or rows of cells. */
export type Block = string | Hanging | Rows

/** Whose lines after the first are further in. */
export interface Hanging {
  readonly text: string
  readonly by: number
}

/** Aligned in columns where there is room, of which the last one wraps; a list where there is not. */
export interface Rows {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly indent: number
  readonly gap: number
  /** How much further in the lines of a last cell are after its first: where each cell is one of a list. */
  readonly hang: number
}

/** Stands for a blank that no line breaks at: Unicode's own. */
const keptBlank = '\u00a0'
/** Stands for a blank of a command, of no character's own: a line breaks there as a shell's does. */
const commandBlank = '\ufdd0'
/** What makes a shell go on in the next line. */
const goesOn = ' \\'

/** Narrower, a last column is better read below the others. */
export const narrowest = 24

/** Text that stays in one line: a time, a quantity and its unit. */
export function kept(text: string): string {
  return text.replaceAll(' ', keptBlank)
}

/** The same for a program or a page, which needs no such blanks. */
export function unkept(text: string): string {
  return text.replaceAll(keptBlank, ' ')
}

/** A shell's command, which can be copied in several lines as in one. */
export function command(text: string): string {
  // A backslash between quotes would be one of the text's; an option keeps its value.
  return text.replace(/'[^']*'|"[^"]*"|--[\w-]+ (?!-)| /g, (part) =>
    part === ' ' ? commandBlank : kept(part),
  )
}

/** A paragraph whose first line stands out to the left. */
export function hanging(text: string, by = 2): Hanging {
  return { text, by }
}

/** Rows of cells, under a head if there is one. */
export function columns(
  rows: readonly (readonly string[])[],
  { head = [], indent = 2, gap = 2, hang = 0 }: Partial<Omit<Rows, 'rows'>> = {},
): readonly Rows[] {
  return [{ head, rows, indent, gap, hang }]
}

/** The same, further in. */
export function indented(blocks: readonly Block[], by = 2): readonly Block[] {
  return blocks.map((block) => {
    if (typeof block === 'string') return block === '' ? '' : ' '.repeat(by) + block
    if ('text' in block) return { ...block, text: ' '.repeat(by) + block.text }
    return { ...block, indent: block.indent + by }
  })
}

/** A block with all of its texts changed. */
export function withTexts(block: Block, change: (text: string) => string): Block {
  if (typeof block === 'string') return change(block)
  if ('text' in block) return { ...block, text: change(block.text) }
  const { head, rows } = block
  return { ...block, head: head.map(change), rows: rows.map((row) => row.map(change)) }
}

/** A line for each paragraph and each row, however long. */
export function unwrapped(blocks: readonly Block[]): readonly string[] {
  return layOut(blocks, Number.POSITIVE_INFINITY)
}

/** Lines of at most so many columns. */
export function layOut(blocks: readonly Block[], width: number): readonly string[] {
  return blocks
    .flatMap((block) => linesOf(block, width))
    .map((line) => line.trimEnd().replaceAll(keptBlank, ' ').replaceAll(commandBlank, ' '))
}

function linesOf(block: Block, width: number): readonly string[] {
  if (typeof block === 'string') return paragraph({ text: block, by: 0 }, width)
  return 'text' in block ? paragraph(block, width) : tableOrList(block, width)
}

function paragraph({ text, by }: Hanging, width: number): readonly string[] {
  const indent = /^ */.exec(text)?.[0] ?? ''
  const words = text.slice(indent.length)
  const [first = '', ...others] = wrapped(words, width - indent.length, by)
  return [indent + first, ...others.map((line) => indent + ' '.repeat(by) + line)]
}

/** Text in lines; all but the first have `less` columns fewer. */
function wrapped(text: string, width: number, less = 0): readonly string[] {
  const [first = '', ...rest] = text.split(/( +|\ufdd0)/)
  const lines: string[] = []
  let line = first
  let used = widthOf(first)
  for (let index = 0; index < rest.length; index += 2) {
    const [gap = '', word = ''] = [rest[index], rest[index + 1]]
    const [wide, room] = [widthOf(word), width - (lines.length > 0 ? less : 0)]
    // What a command's line ends with needs its place, too.
    const end = rest[index + 2] === commandBlank ? goesOn.length : 0
    if (used + gap.length + wide + end <= room) {
      line += gap + word
      used += gap.length + wide
    } else {
      lines.push(gap === commandBlank ? line + goesOn : line)
      line = word
      used = wide
    }
  }
  return [...lines, line]
}

function tableOrList(rows: Rows, width: number): readonly string[] {
  const widths = widthsOf(rows)
  const start = widths.slice(0, -1).reduce((sum, each) => sum + each + rows.gap, rows.indent)
  const room = width - start
  if (room < Math.min(widths.at(-1) ?? 0, narrowest)) return list(rows, width)

  const lines = rows.head.length > 0 ? [rows.head, ...rows.rows] : rows.rows
  return lines.flatMap((cells) => tableRow(cells, { rows, widths, start, room }, width))
}

interface Measures {
  readonly rows: Rows
  readonly widths: readonly number[]
  /** Where the last column begins, and how wide it is. */
  readonly start: number
  readonly room: number
}

function tableRow(
  cells: readonly string[],
  { rows: { indent, gap, hang }, widths, start, room }: Measures,
  width: number,
): readonly string[] {
  const last = cells.length === widths.length ? (cells.at(-1) ?? '') : ''
  const others = last === '' ? cells : cells.slice(0, -1)
  const padded = others.map((cell, index) => cell + blanks((widths[index] ?? 0) - widthOf(cell)))
  const line = blanks(indent) + padded.map((cell) => cell + blanks(gap)).join('')
  if (longestWord(last) > room) return [line, ...below(last, indent, width)]

  const [first = '', ...rest] = paragraph({ text: last, by: hang }, room)
  return [line + first, ...rest.map((text) => blanks(start) + text)]
}

/** What has no room beside the others. */
function below(text: string, indent: number, width: number): readonly string[] {
  const by = text.includes(commandBlank) ? 2 : 0
  return paragraph({ text: blanks(indent + 2) + text, by }, width)
}

/** A row's first cell, and the others below it, each with the head of its column. */
function list({ head, rows, indent, gap, hang }: Rows, width: number): readonly string[] {
  return rows.flatMap(([first = '', ...others]) => {
    const title = first === '' ? '' : `${head[0] ? `${head[0]} ` : ''}${first}`
    const cells = others
      .map((cell, index) => [head[index + 1] ?? '', cell] as const)
      .filter(([, cell]) => cell !== '')
    const named = cells.filter(([name]) => name !== '')
    const inside = { head: [], rows: named, indent: indent + 2, gap, hang }
    return [
      ...(title === '' ? [] : paragraph({ text: blanks(indent) + title, by: 2 }, width)),
      ...cells.filter(([name]) => name === '').flatMap(([, cell]) => below(cell, indent, width)),
      ...(named.length > 0 ? tableOrList(inside, width) : []),
    ]
  })
}

function widthsOf({ head, rows }: Rows): readonly number[] {
  return [head, ...rows].reduce<number[]>((widest, cells) => {
    for (const [index, cell] of cells.entries()) {
      widest[index] = Math.max(widest[index] ?? 0, widthOf(cell))
    }
    return widest
  }, [])
}

function longestWord(text: string): number {
  return Math.max(...text.split(/ +/).map(widthOf))
}

function blanks(count: number): string {
  return ' '.repeat(Math.max(0, count))
}
