import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pageOf, type Results } from './page.ts'

const root = resolve(import.meta.dirname, '../..')
const file = join(import.meta.dirname, 'results.json')

/** Where the page and its charts stand. */
export const pagePath = join(root, 'docs/performance.md')
export const chartsPath = join(root, 'docs/charts')

/** What was found out last, as it was committed. */
export function committedResults(): Results {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : {}
}

/** Puts new results over the committed ones, and writes the page and its charts anew. */
export function writeResults(results: Results): void {
  const all = { ...committedResults(), ...results }
  writeFileSync(file, `${JSON.stringify(all, undefined, 2)}\n`)
  const { text, charts } = pageOf(all)
  writeFileSync(pagePath, text)
  rmSync(chartsPath, { recursive: true, force: true })
  mkdirSync(chartsPath)
  for (const [name, svg] of charts) writeFileSync(join(chartsPath, name), svg)
}
