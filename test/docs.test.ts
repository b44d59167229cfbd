import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { anchorOf } from './docs/anchor.ts'

const root = resolve(import.meta.dirname, '..')
const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root })

const read = (path: string) => readFileSync(resolve(root, path), 'utf8')
const withoutCode = (path: string) => read(path).replaceAll(/^ *```.*?^ *```$/gms, '')

/** Headings as GitHub names them; a name that comes again is counted. */
function anchorsIn(path: string): readonly string[] {
  const slugs = Array.from(withoutCode(path).matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    anchorOf(heading),
  )
  return slugs.map((slug, index) => {
    const before = slugs.slice(0, index).filter((other) => other === slug).length
    return before === 0 ? slug : `${slug}-${before}`
  })
}

/** Links that stay within the repository, each with its page. */
const links = pages
  .flatMap((page) =>
    Array.from(withoutCode(page).matchAll(/\]\(([^)\s]+)\)/g), ([, link = '']) => ({ page, link })),
  )
  .filter(({ link }) => !/^[a-z]+:/.test(link))

function leadsSomewhere({ page, link }: { page: string; link: string }): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? resolve(root, page) : resolve(root, dirname(page), path)
  return existsSync(target) && (anchor === undefined || anchorsIn(target).includes(anchor))
}

test('every link leads to a file, and its anchor to a heading', () => {
  expect(links.length).toBeGreaterThan(20)
  expect(links.filter((link) => !leadsSomewhere(link))).toEqual([])
})

test('the table of settings has every member of Settings, and no other', () => {
  const [, declared = ''] = /interface Settings \{(.*?)^\}/ms.exec(read('infra/settings.ts')) ?? []
  const members = Array.from(declared.matchAll(/^ {2}readonly (\w+)/gm), ([, name]) => name)
  const [, rows = ''] = /^\| member \|.*\n.*\n((?:\|.*\n)+)/m.exec(read('docs/deploy.md')) ?? []
  const named = Array.from(rows.matchAll(/^\|([^|]+)/gm), ([, cell = '']) =>
    Array.from(cell.matchAll(/`(\w+)`/g), ([, name]) => name),
  ).flat()

  expect(members.length).toBeGreaterThan(10)
  expect(named.toSorted()).toEqual(members.toSorted())
})

test('every variable that is named is read by somebody', () => {
  const sources = globSync('{functions,infra,packages/cli/src}/**/*.ts', { cwd: root })
    .filter((path) => !path.endsWith('.test.ts'))
    .map(read)
    .join('\n')
  const texts = pages.map(read).join('\n')
  const named = new Set(texts.match(/\b(ORY_[A-Z_]+|[A-Z_]+_URL)\b/g))
  // Queues are looked up by the stem of their function; examples read what they are given.
  const isQueue = (name: string) => {
    const stem = name
      .replace(/(_INCIDENT)?_(QUEUE|DLQ)_URL$/, '')
      .toLowerCase()
      .replaceAll('_', '-')
    return existsSync(resolve(root, 'functions', `${stem}.ts`))
  }
  const isExample = (name: string) => new RegExp(`\\{[^}]*\\b${name}\\b.*= process.env`).test(texts)
  const isRead = (name: string) => new RegExp(`\\b${name}\\b`).test(sources)

  expect(named.size).toBeGreaterThan(5)
  expect([...named].filter((name) => !isRead(name) && !isQueue(name) && !isExample(name))).toEqual(
    [],
  )
})

/** What docs/security.md goes by: a file, and behind it the tests or rules in it, in italics. */
const evidence = Array.from(
  read('docs/security.md').matchAll(
    /`((?:functions|packages|test)\/[\w./-]+\.ts)`((?:,? \*[^*\n]+\*)*)/g,
  ),
  ([, path = '', named = '']) => ({
    path,
    names: Array.from(named.matchAll(/\*([^*]+)\*/g), ([, name = '']) => name),
  }),
)

/** A test by its name in quotation marks, a rule by its declaration. */
function isIn(source: string, name: string): boolean {
  return [`'${name}'`, `"${name}"`, `\`${name}\``, `const ${name}:`].some((text) =>
    source.includes(text),
  )
}

test('every test that docs/security.md names is there', () => {
  const missing = evidence.flatMap(({ path, names }) => {
    if (!existsSync(resolve(root, path))) return [path]
    const source = read(path)
    return names.filter((name) => !isIn(source, name)).map((name) => `${path}: ${name}`)
  })

  expect(evidence.length).toBeGreaterThan(50)
  expect(missing).toEqual([])
})

test('docs/security.md names no file of tests without saying which', () => {
  const files = evidence.filter(({ path }) => path.endsWith('.test.ts'))

  expect(files.filter(({ names }) => names.length === 0)).toEqual([])
})
