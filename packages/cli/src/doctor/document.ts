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
        ? each.problems.map(({ says, todo }) => ({ says: plainText(says), do: plainText(todo) }))
        : [],
  }
}

function saysOf(each: Examined): string {
  if (each.outcome === 'wrong') return ''
  return plainText(each.outcome === 'well' ? each.says : each.why)
}

/** Without what keeps a quantity and its unit in one line. */
function plainText(text: string): string {
  return text.replaceAll('\u00a0', ' ')
}
