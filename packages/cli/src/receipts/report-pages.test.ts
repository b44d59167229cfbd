import type { Report } from '@lapse/core/receipts'
import { expect, test } from 'vitest'
import { htmlOf } from './report-html.ts'
import { markdownOf } from './report-markdown.ts'

const nasty =
  '<script>alert(1)</script>"\' | `x` [a](javascript:b) https://a.example www.b.example @me\n# x\u001b[31m'

const report: Report = {
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-11-30T23:59:59.999Z',
  kept_since: '2026-11-02T08:00:00.000Z',
  at: '2026-12-01T08:00:00.000Z',
  receipts: 3,
  workflows: [
    {
      workflow: 'user-deleted',
      events: 2,
      done: 1,
      superseded: 1,
      moot: 0,
      seen_gone: 1,
      event_to_observed: { count: 1, median: 1500, p95: 90_000, longest: 3_600_000 },
    },
    {
      workflow: 'app-offboarded',
      events: 1,
      done: 0,
      superseded: 1,
      moot: 0,
      seen_gone: 0,
      event_to_observed: null,
    },
  ],
  may_still_work: [
    { what: 'JWT access tokens', events: 1, until: '2026-12-01T09:00:00.000Z' },
    { what: 'trusted issuers', events: 1, until: null },
  ],
  sessions_not_told: 1,
  events_with_newer_grants: 2,
  receipts_without_look: 1,
  open: { passes_due: 1, passes_late: 1, not_closed: 0, examples: [nasty] },
}

const nothing: Report = {
  ...report,
  receipts: 0,
  workflows: [],
  may_still_work: [],
  sessions_not_told: 0,
  events_with_newer_grants: 0,
  receipts_without_look: 0,
  open: { passes_due: 0, passes_late: 0, not_closed: 0, examples: [] },
}

/** What a browser shows of a page without scripts, styles and entities of other kinds. */
const shownText = (html: string) =>
  html
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, '\n')
    .replace(
      /&(lt|gt|amp|quot|#39);/g,
      (_, name) => ({ lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" })[name as 'lt'],
    )

test('a page says how many, how fast, what is open and what may still work', () => {
  const text = shownText(htmlOf(report))

  for (const said of [
    'Access that ended, 2026-11-01 to 2026-11-30',
    '3 receipts closed from 2026-11-01 00:00:00 to 2026-11-30 23:59:59.',
    'user-deleted',
    '1.5 s',
    '1 min 30 s',
    '1 h',
    'passes that are more than two hours late',
    '2026-12-01 09:00:00',
    'somebody ends it',
    'of 1 login session;',
    '2 receipts found something that was granted after the event',
    'Of 1 receipt nobody could look',
    'Receipts from before 2026-11-02 08:00:00 are kept here no more',
  ])
    expect(text).toContain(said)
})

test('both pages say the same', () => {
  const words = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
  const unescaped = markdownOf(nothing).replace(/&#(\d+);/g, (_, code) =>
    String.fromCodePoint(Number(code)),
  )
  expect(words(unescaped)).toBe(
    words(shownText(htmlOf(nothing).replace(/<title>.*?<\/title>/, ''))),
  )
})

test('a page is whole by itself, and nothing of a publisher’s runs in it', () => {
  const html = htmlOf(report)

  expect(html).not.toMatch(/<script|<img|<link|<iframe|\son\w+=|url\(|@import|src=|href=/i)
  expect(html).toContain("default-src 'none'")
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; | `x`')
  expect(html).not.toContain('\u001b')
})

test('what a publisher wrote is text in Markdown, and stays in its cell', () => {
  const markdown = markdownOf(report)
  const [line = ''] = markdown.split('\n').filter((text) => text.includes('script'))

  expect(line).toMatch(/^\| .* \|$/)
  expect(line.replace(/\\\|/g, '').split('|')).toHaveLength(3)
  expect(line).not.toMatch(/<|:\/\/|www\.|(?<!\\)[`[\]]|@me/)
})

test.each([
  ['\u202e', '\\u202e'],
  ['\u2066', '\\u2066'],
  ['\u3164', '\\u3164'],
  ['\u{e0041}', '\\udb40\\udc41'],
])('both pages show a character that nobody sees: %j', (unseen, shown) => {
  const named = { ...report, open: { ...report.open, examples: [`a${unseen}b`] } }

  expect(htmlOf(named)).toContain(`<td>a${shown}b</td>`)
  // A backslash is written twice in Markdown, and shown once.
  expect(markdownOf(named)).toContain(`| a${shown.replaceAll('\\', '\\\\')}b |`)
})

test('a page names a command for the stage that it is about', () => {
  const named = /lapse dead-letters list( --stage production)? tells of those/
  const said = (page: string) => named.exec(page.replaceAll('\\', ''))?.[1]

  expect([markdownOf(nothing), htmlOf(nothing)].map(said)).toEqual([undefined, undefined])
  const at = { stage: 'production' }
  expect([markdownOf(nothing, at), htmlOf(nothing, at)].map(said)).toEqual([
    ' --stage production',
    ' --stage production',
  ])
})

test('says so where there is nothing to say', () => {
  expect(markdownOf(nothing)).toContain('Nothing was done in this time.')
  expect(markdownOf(nothing)).toContain('Nothing that a receipt of this time names.')
})
