import { html } from 'hono/html'
import type { Part } from './documents.ts'

export { html }

/** A piece of a page, escaped. */
export type Html = ReturnType<typeof html>

/** A time, which the reader's browser shows in its own zone, with UTC beside it. */
export function time(iso: string): Html {
  const shown = iso.replace('T', ' ').replace(/\.\d+Z$/, 'Z')
  return html`<time datetime="${iso}">${shown}</time>`
}

/** Texts of lapse's have times in them; each becomes one that the browser shows in its own zone. */
export function sentence(text: string): readonly (Html | string)[] {
  return text
    .split(/(\d{4}-\d\d-\d\d[ T\u00a0]\d\d:\d\d:\d\d(?:\.\d+)?Z)/)
    .map((piece, index) => (index % 2 === 1 ? time(piece.replace(/[ \u00a0]/, 'T')) : piece))
}

const marks = {
  good: '✓',
  bad: '✕',
  waiting: '◷',
  unknown: '?',
  plain: '·',
} as const

export type Tone = keyof typeof marks

/** A word that says how something is; its mark and its colour only repeat it. */
export function word(tone: Tone, text: string): Html {
  return html`<span class="word ${tone}"><span aria-hidden="true">${marks[tone]}</span> ${text}</span>`
}

export function cannotTell(why: string): Html {
  return html`<p>${word('unknown', 'cannot tell')} ${why}</p>`
}

/** What is known, as it is shown; or why it is not. */
export function known<Known>(part: Part<Known>, show: (known: Known) => Html): Html {
  return 'known' in part ? show(part.known) : cannotTell(part.unknown)
}

/** A command, as it is typed. */
export function command(text: string): Html {
  return html`<code class="command">${text}</code>`
}

/** @param rows each a row of cells, of which the first heads it */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (Html | string | number | readonly (Html | string)[])[])[],
): Html {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first, ...cells]) =>
      html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody>
</table></div>`
}

/** @param rows what, and what is said of it */
export function facts(
  rows: readonly (readonly [string, Html | string | number | readonly (Html | string)[]])[],
): Html {
  return html`<dl>${rows.map(([what, says]) => html`<div><dt>${what}</dt><dd>${says}</dd></div>`)}</dl>`
}

/** A part of a page that is shown anew while somebody looks; nothing is typed in it. */
export function live(id: string, title: string, content: Html | readonly Html[]): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
<div data-live="${id}">${content}</div></section>`
}

export function section(id: string, title: string, content: Html | readonly Html[]): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${content}</section>`
}

/** How many of something, whose name ends in an s where there are several. */
export function countOf(count: number, things: string): string {
  return `${count} ${count === 1 ? things.replace(/s$/, '') : things}`
}

const units = [
  [86_400_000, 'day'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const

/** A time span, roughly. */
export function span(milliseconds: number): string {
  const [size, unit] = units.find(([unitMs]) => milliseconds >= unitMs) ?? [1000, 's']
  const count = Math.round((milliseconds / size) * 10) / 10
  return `${count} ${unit === 'day' && count !== 1 ? 'days' : unit}`
}
