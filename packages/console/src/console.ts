import { randomBytes, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { escapeUnprintable } from '@lapse/core/unprintable'
import { Hono } from 'hono'
import {
  type ActionName,
  type Actions,
  actionNames,
  type Fields,
  type Kind,
  kinds,
  type Outcome,
  type Source,
} from './documents.ts'
import type { Frame } from './form.ts'
import { html } from './html.ts'
import { documentOf, type Page } from './layout.ts'
import { liveStream } from './live.ts'
import { deadLettersPage } from './pages/dead-letters.ts'
import { doctorPage } from './pages/doctor.ts'
import { eventPage } from './pages/event.ts'
import { nowPage } from './pages/now.ts'
import { mostReceipts, receiptsPage } from './pages/receipts.ts'
import { secretsPage } from './pages/secrets.ts'
import { thingsPage } from './pages/things.ts'

export interface ConsoleOptions {
  readonly source: Source
  /** Those that are offered; none: read only. */
  readonly actions: Actions
  readonly clock?: { readonly now: () => number }
  /** What every POST has to bring along; made up where none is given. */
  readonly token?: string
  /** Waited for between two looks at a page; a signal that is aborted ends it. */
  readonly pause?: (signal: AbortSignal) => Promise<unknown>
}

/** The pages, as requests and answers of the web. Whoever serves it checks the Host. */
export interface ConsoleApp {
  fetch(request: Request): Response | Promise<Response>
}

/** No script and no style of anybody else's, nothing inline, and in no other page's frame. */
const headers: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  // With `no-referrer` browsers post a form with the Origin `null`, as if it were another's.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

const assets = {
  '/console.css': ['console.css', 'text/css; charset=utf-8'],
  '/console.js': ['console.js', 'text/javascript; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
} as const

/** Actions that change nothing. */
const readingNames: ReadonlySet<string> = new Set(['verify', 'prove'] satisfies ActionName[])

/** Of so many clicks the outcome is remembered, for the page that is shown afterwards. */
const mostOutcomes = 50

export function createConsole(options: ConsoleOptions): ConsoleApp {
  const { source, actions, clock = Date, token = randomBytes(24).toString('base64url') } = options
  const pause =
    options.pause ??
    ((signal) => setTimeout(source.everyMs, undefined, { signal }).catch(() => undefined))
  const outcomes = new Map<string, Outcome>()
  const app = new Hono<{ Variables: { fields: Fields } }>()

  const frameAt = (path: string): Frame => ({
    token,
    suffix: source.suffix,
    may: (name) => actions[name] !== undefined,
    path,
  })
  const pageAt = (url: URL) => pageOf(url, source, frameAt(withoutSaid(url)), clock.now())
  const render = async (url: URL, page: Page): Promise<string> => {
    const document = await documentOf(page, {
      place: source.place,
      path: withoutSaid(url),
      mayAct: Object.keys(actions).some((name) => !readingNames.has(name)),
      outcome: outcomes.get(url.searchParams.get('said') ?? ''),
    })
    // Publishers wrote what may be anywhere in it: nothing is hidden, or turns a line around.
    return escapeUnprintable(String(document), '\n')
  }

  app.use(async (context, next) => {
    await next()
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value)
  })
  for (const [path, [file, type]] of Object.entries(assets)) {
    app.get(path, (context) =>
      context.body(readFileSync(new URL(`./assets/${file}`, import.meta.url)), 200, {
        'content-type': type,
      }),
    )
  }

  app.get('/live', async (context) => {
    const url = pathIn(context.req.query('page'), context.req.url)
    const first = url && (await pageAt(url))
    if (url === undefined || first?.isLive !== true) return context.notFound()
    const look = async () => {
      const page = await pageAt(url)
      return page === undefined ? '' : render(url, page)
    }
    return liveStream(await render(url, first), look, context.req.raw.signal, pause)
  })

  app.post('*', async (context, next) => {
    const fields = fieldsOf(await context.req.formData().catch(() => new FormData()))
    if (!isSame(fields['token'] ?? '', token))
      return context.text('this form is not from this page; open it again\n', 403)
    context.set('fields', fields)
    return next()
  })

  app.post('/find', async (context) => {
    const { kind = '', name = '' } = context.get('fields')
    if (!isKind(kind)) return context.notFound()
    if (kind === 'event') return context.redirect(`/events/${encodeURIComponent(name)}`, 303)
    const names = await source.namesOf(kind, name)
    if ('known' in names) {
      const query = names.known.map((one) => `about=${encodeURIComponent(one)}`).join('&')
      return context.redirect(`/things?${query}`, 303)
    }
    const outcome = {
      isDone: false,
      command: `lapse receipts find --${kind} -`,
      says: names.unknown,
    }
    return context.redirect(`/things?said=${remember(outcome, outcomes)}`, 303)
  })

  app.post('/do/:action', async (context) => {
    const name = context.req.param('action')
    const act = isAction(name) ? actions[name] : undefined
    if (act === undefined) return context.text('this is not offered here\n', 403)
    const fields = context.get('fields')
    const said = remember(await act(fields), outcomes)
    const back = pathIn(fields['back'], context.req.url) ?? new URL('/', context.req.url)
    back.searchParams.set('said', said)
    return context.redirect(`${back.pathname}${back.search}`, 303)
  })

  app.get('*', async (context) => {
    const url = new URL(context.req.url)
    const page = await pageAt(url)
    if (page !== undefined) return context.html(await render(url, page))
    const none = {
      title: 'no such page',
      isLive: false,
      content: html`<p>There is no such page; <a href="/">see what is now</a>.</p>`,
    }
    return context.html(await render(url, none), 404)
  })
  return { fetch: (request) => app.fetch(request) }
}

async function pageOf(
  { pathname, searchParams }: URL,
  source: Source,
  frame: Frame,
  now: number,
): Promise<Page | undefined> {
  if (pathname === '/') return nowPage(source, frame)
  if (pathname === '/receipts') return receiptsPage(rangeIn(searchParams), source, frame)
  if (pathname === '/dead-letters') return deadLettersPage(source, frame)
  if (pathname === '/secrets') return secretsPage(source, frame, now)
  if (pathname === '/things') return thingsPage(searchParams.getAll('about'), source, frame)
  if (pathname === '/doctor') return doctorPage(source, frame)
  const id = /^\/events\/([^/]+)$/.exec(pathname)?.[1]
  return id === undefined ? undefined : eventPage(decoded(id), source, frame)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function rangeIn(query: URLSearchParams) {
  const from = query.get('from') ?? ''
  const limit = Number(query.get('limit'))
  return {
    from: /^\d{1,3}[mhd]$/.test(from) ? from : '24h',
    limit: Number.isInteger(limit) && limit > 0 ? Math.min(limit, mostReceipts) : 100,
  }
}

/** The address of a page of ours; `undefined` for everything else. */
function pathIn(path: string | undefined, base: string): URL | undefined {
  if (path === undefined || !/^\/(?![/\\])/.test(path)) return undefined
  const url = URL.parse(path, base)
  return url?.origin === new URL(base).origin ? url : undefined
}

/** What came of a click is shown once, by the page that follows it. */
function withoutSaid(url: URL): string {
  const { pathname, searchParams } = new URL(url)
  searchParams.delete('said')
  const query = searchParams.toString()
  return query === '' ? pathname : `${pathname}?${query}`
}

function remember(outcome: Outcome, outcomes: Map<string, Outcome>): string {
  const id = randomBytes(9).toString('base64url')
  outcomes.set(id, outcome)
  const [oldest] = outcomes.keys()
  if (outcomes.size > mostOutcomes && oldest !== undefined) outcomes.delete(oldest)
  return id
}

function fieldsOf(form: FormData): Fields {
  return Object.fromEntries(
    Array.from(form).filter((field): field is [string, string] => typeof field[1] === 'string'),
  )
}

function isSame(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)]
  return one.length === other.length && timingSafeEqual(one, other)
}

function isKind(text: string): text is Kind {
  return kinds.some((kind) => kind === text)
}

function isAction(text: string): text is ActionName {
  return actionNames.some((name) => name === text)
}
