import type { Outcome } from './documents.ts'
import { command, type Html, html, sentence, word } from './html.ts'

/** A page, before the frame is put around it. */
export interface Page {
  readonly title: string
  readonly content: Html | readonly Html[]
  /** Whether it is read again while somebody looks. */
  readonly isLive: boolean
}

const links = [
  ['/', 'now'],
  ['/receipts', 'receipts'],
  ['/dead-letters', 'dead letters'],
  ['/secrets', 'secrets'],
  ['/things', 'apps, users, keys'],
  ['/doctor', 'doctor'],
] as const

/** What is around every page. */
export interface Around {
  readonly place: string
  readonly path: string
  readonly mayAct: boolean
  /** What came of the click that led here. */
  readonly outcome?: Outcome | undefined
}

export function documentOf(page: Page, around: Around): Html {
  const { title, content, isLive } = page
  const { place, path, mayAct } = around
  const pathname = path.split('?')[0]
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · lapse</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/console.css">
<script src="/console.js" defer></script>
</head>
<body${isLive ? html` data-page="${path}"` : ''}>
<a class="skip" href="#main">to the content</a>
<header>
<p class="brand"><a href="/">lapse</a> <span class="place">${place}${mayAct ? '' : ', read only'}</span></p>
<nav aria-label="pages"><ul>${links.map(
    ([href, name]) =>
      html`<li><a href="${href}"${href === pathname ? html` aria-current="page"` : ''}>${name}</a></li>`,
  )}</ul></nav>
${
  isLive
    ? html`<p class="pulse"><span id="pulse" role="status">as it was when it was opened</span> <button id="pause" type="button" aria-pressed="false" hidden>Pause</button></p>`
    : html`<p class="pulse"><span>as it was when it was opened</span> <a href="${path}">look again</a></p>`
}
</header>
<main id="main" tabindex="-1">
<h1>${title}</h1>
${outcomeBox(around.outcome)}
${content}
</main>
</body>
</html>`
}

function outcomeBox(outcome: Outcome | undefined): Html | '' {
  if (outcome === undefined) return ''
  const { isDone, says, file, next } = outcome
  return html`<section class="outcome" aria-labelledby="outcome-title" id="outcome"><h2 id="outcome-title">${isDone ? word('good', 'done') : word('bad', 'not done')}</h2>
<p>${command(outcome.command)}</p>
<p class="says">${sentence(says)}</p>
${file === undefined ? '' : html`<details><summary>what it printed</summary><pre tabindex="0">${file}</pre></details>`}
${next === undefined ? '' : html`<p><a href="${next.href}">${next.text}</a></p>`}</section>`
}
