import { type Block, columns, command, kept } from '../output/layout.ts'
import { styled } from '../output/print.ts'
import type { Problem } from './check.ts'
import type { Examined } from './examine.ts'

/** A row for each check, and below what is wrong what to do about it; the sum at the end. */
export function doctorLines(examined: readonly Examined[]): readonly Block[] {
  return [...columns(examined.flatMap(rowsOf), { indent: 0, hang: 2 }), '', sumOf(examined)]
}

const colours = { well: 'green', wrong: 'red', 'cannot-tell': 'yellow' } as const

function rowsOf(each: Examined): readonly (readonly string[])[] {
  const word = styled(colours[each.outcome], kept(each.outcome.replace('-', ' ')))
  if (each.outcome === 'well') return [[word, each.about, each.says]]
  if (each.outcome === 'cannot-tell') return [[word, each.about, each.why]]
  return each.problems.flatMap(({ says, todo }: Problem, index) => [
    [index === 0 ? word : '', index === 0 ? each.about : '', says],
    ['', '', `do: ${isCommand(todo) ? command(todo) : todo}`],
  ])
}

/** The others are something to do in words. */
function isCommand(todo: string): boolean {
  return /^(lapse|aws) /.test(todo)
}

function sumOf(examined: readonly Examined[]): string {
  const counts = countsOf(examined)
  return `${counts.wrong} wrong, ${counts.cannot_tell} cannot be told, ${counts.well} well.`
}

export function countsOf(examined: readonly Examined[]) {
  const count = (outcome: Examined['outcome']) =>
    examined.filter((each) => each.outcome === outcome).length
  return { wrong: count('wrong'), cannot_tell: count('cannot-tell'), well: count('well') }
}
