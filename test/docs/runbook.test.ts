import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { anchorOf } from './anchor.ts'

const page = readFileSync(resolve(import.meta.dirname, '../../docs/runbook.md'), 'utf8')
const [alarms = ''] = page.split('\n## Practise\n')
const sections = alarms.split(/^## /m).map((text) => {
  const [heading = ''] = text.split('\n')
  return { heading, text }
})

/** The headings that alarms lead to, by the page's own table. */
const anchors = [...(page.split('\n\n')[2] ?? '').matchAll(/\]\(#([\w-]+)\)/g)].map(
  ([, anchor = '']) => anchor,
)
const named = [...page.matchAll(/^\| (.*) \| the heading of that name \|$/gm)].flatMap(
  ([, list = '']) =>
    [...list.matchAll(/`(\w+)`/g)].map(([, name = '']) =>
      name.replaceAll(/(?<=.)([A-Z])/g, '-$1').toLowerCase(),
    ),
)

test.each([...anchors, ...named])(
  '#%s begins with a command, or says why there is none',
  (anchor) => {
    const section = sections.find(({ heading }) => anchorOf(heading) === anchor)
    const [, first = ''] = section?.text.split('\n\n') ?? []
    const block = /^```sh\n(.*?)```/s.exec(
      section?.text.split('\n\n').find((part) => part.startsWith('```sh')) ?? '',
    )

    expect(section).toBeDefined()
    if (/^No command: ./.test(first)) return
    const lines = block?.[1]?.trim().split('\n') ?? []
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) expect(line).toMatch(/(^|\| )npx lapse /)
  },
)

test('no recovery is typed in the words of AWS, but where the page says why', () => {
  const unexplained = [...alarms.matchAll(/(<!-- not run here:[^\n]+-->\n+)?```sh\n(.*?)```/gs)]
    .filter(([, why]) => why === undefined)
    .filter(([, , code = '']) => /^\s*aws /m.test(code))

  expect(unexplained).toEqual([])
})
