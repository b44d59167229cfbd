import { unkept } from '../output/layout.ts'
import type { Examined } from './examine.ts'
import { countsOf } from './lines.ts'

/** What a program reads: an entry for each check, each with the same members. */
export function doctorDocument(examined: readonly Examined[]) {
  return { counts: countsOf(examined), checks: examined.map(entryOf) }
}

function entryOf(each: Examined) {
  const { name: check, about, outcome } = each
  return {
    check,
    about,
    outcome,
    // What was seen, or why nothing could be; what is wrong is in `problems`.
    says: saysOf(each),
    problems:
      each.outcome === 'wrong'
        ? each.problems.map(({ says, todo }) => ({ says: unkept(says), do: unkept(todo) }))
        : [],
  }
}

function saysOf(each: Examined): string {
  if (each.outcome === 'wrong') return ''
  return unkept(each.outcome === 'well' ? each.says : each.why)
}
