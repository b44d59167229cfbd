import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

/** A file that a page shows: its name stands in the line before the fence. */
export interface ExampleFile {
  readonly name: string
  readonly text: string
}

/** The files under a heading of a page, which together are an example. */
export function filesUnder(page: string, heading: string): readonly ExampleFile[] {
  const text = readFileSync(resolve(root, page), 'utf8')
  const [, section = ''] = text.split(`\n## ${heading}\n`)
  const [own = ''] = section.split('\n## ')
  const named = own.matchAll(/^`([\w.-]+)`\n\n```\w+\n(.*?)^```$/gms)
  return Array.from(named, ([, name = '', content = '']) => ({ name, text: content }))
}
