import type { Report } from '@lapse/core/receipts'
import { escapeUnprintable } from '@lapse/core/unprintable'
import type { StageOption } from '../place/find-place.ts'
import { type Part, reportParts, titleOf } from './report-document.ts'

/** A page of its own: nothing is loaded from anywhere, and nothing in it runs. */
export function htmlOf(report: Report, where: StageOption = {}): string {
  const title = escaped(titleOf(report))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${reportParts(report, where).map(partOf).join('\n')}
</main>
</body>
</html>
`
}

const style = `
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 }
main { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
div { overflow-x: auto }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { border-bottom: 1px solid #8888; padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top }
td { overflow-wrap: anywhere }
@media print { main { max-width: none; margin: 0 } }
`

function partOf(part: Part): string {
  if ('heading' in part) return `<h2>${escaped(part.heading)}</h2>`
  if ('text' in part) return `<p>${escaped(part.text)}</p>`
  const head = part.head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join('')
  const rows = part.rows.map(
    (row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`,
  )
  // What is wider than the page scrolls by itself, and by the keyboard as well.
  return `<div tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return escapeUnprintable(text).replace(
    /[&<>"']/g,
    (character) => entities[character] ?? character,
  )
}
