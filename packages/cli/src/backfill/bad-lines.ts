import { plain } from '../output/plain.ts'
import { numberText } from './number-text.ts'

/** Lines one after the other, each with the same problem if they have any. */
interface Range {
  readonly from: number
  to: number
  readonly problem: string
}

/** Every line that holds no user, in few words whatever their number. */
export interface BadLines {
  readonly count: number
  /** A line of text for each of them, or for several in a row. */
  readonly texts: readonly string[]
  add(line: number, problem: string): void
  has(line: number): boolean
}

export function badLines(): BadLines {
  const ranges: Range[] = []
  return {
    get count() {
      return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0)
    },
    get texts() {
      return ranges.map(textOf)
    },
    add: (line, problem) => addTo(ranges, line, problem),
    has: (line) => line <= (lastBefore(ranges, line)?.to ?? 0),
  }
}

/** The last range that does not begin after a line, by halving. */
function lastBefore(ranges: readonly Range[], line: number): Range | undefined {
  let [low, high] = [0, ranges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle]?.from ?? 0) <= line) low = middle + 1
    else high = middle
  }
  return ranges[low - 1]
}

/** Lines as a person names them: `3, 7 to 12`. */
export function linesText(lines: readonly number[]): string {
  const ranges: Range[] = []
  for (const line of lines) addTo(ranges, line)
  return ranges.map(rangeText).join(', ')
}

function addTo(ranges: Range[], line: number, problem = ''): void {
  const last = ranges.at(-1)
  if (last?.problem === problem && last.to === line - 1) last.to = line
  else ranges.push({ from: line, to: line, problem })
}

function textOf(range: Range): string {
  return `${range.from === range.to ? 'line' : 'lines'} ${rangeText(range)}: ${plain(range.problem)}`
}

function rangeText({ from, to }: Range): string {
  return from === to ? numberText(from) : `${numberText(from)} to ${numberText(to)}`
}
