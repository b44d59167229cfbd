import { isCanonical } from './leaf.ts'

/** A receipt and its place in the log. */
export interface LogEntry {
  readonly index: number
  readonly leaf: Uint8Array
}

/** A log with its receipts: a line each, an empty line, and the checkpoint, which may be left out. */
export interface LogFile {
  /** In the order of the lines; `undefined` for one that is not an entry. */
  readonly entries: readonly (LogEntry | undefined)[]
  readonly checkpoint: string | undefined
}

export const logFileStart = /^(?:\n|\{"index":)/

const linePattern = /^\{"index":(0|[1-9]\d{0,15}),"receipt":(.*)\}$/s

/** The line of an entry: canonical JSON, which ends in a newline. */
export function printLogLine({ index, leaf }: LogEntry): string {
  return `{"index":${index},"receipt":${Buffer.from(leaf).toString()}}\n`
}

/** What follows the lines. */
export function printLogEnd(checkpoint: string): string {
  return `\n${checkpoint}`
}

export function parseLogFile(text: string): LogFile {
  const end = text.startsWith('\n') ? 0 : text.indexOf('\n\n') + 1
  const hasEnd = end > 0 || text.startsWith('\n')
  const lines = (hasEnd ? text.slice(0, end) : text).split('\n')
  // Each line ends in a newline, so that nothing is left after the last one.
  const entries = lines.at(-1) === '' ? lines.slice(0, -1) : [...lines.slice(0, -1), '']
  return {
    entries: entries.map(parseLine),
    checkpoint: hasEnd ? text.slice(end + 1) : undefined,
  }
}

function parseLine(line: string): LogEntry | undefined {
  const [, index, receipt = ''] = linePattern.exec(line) ?? []
  if (!Number.isSafeInteger(Number(index)) || !isCanonical(receipt)) return undefined
  return { index: Number(index), leaf: Buffer.from(receipt) }
}
