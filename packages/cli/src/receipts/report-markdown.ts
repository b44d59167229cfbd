import type { Report } from '@lapse/core/receipts'
import { escapeUnprintable } from '@lapse/core/unprintable'
import type { StageOption } from '../place/find-place.ts'
import { type Part, reportParts, titleOf } from './report-document.ts'

/** A report as GitHub's Markdown. */
export function markdownOf(report: Report, where: StageOption = {}): string {
  const parts = reportParts(report, where).map(partOf)
  return `${[`# ${escaped(titleOf(report))}`, ...parts].join('\n\n')}\n`
}

function partOf(part: Part): string {
  if ('heading' in part) return `## ${escaped(part.heading)}`
  if ('text' in part) return escaped(part.text)
  const rule = part.head.map(() => '---')
  return [part.head.map(escaped), rule, ...part.rows.map((row) => row.map(escaped))]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}

/** Somebody else's text as text: no link, no table's end, no HTML. */
function escaped(text: string): string {
  return escapeUnprintable(text)
    .replace(/[\\`*_{}[\]<>()#+!|~&@]/g, (character) =>
      /[<>&@]/.test(character) ? `&#${character.codePointAt(0)};` : `\\${character}`,
    )
    .replace(/:(?=\/\/)/g, '&#58;')
    .replace(/\bwww\./gi, 'www&#46;')
}
