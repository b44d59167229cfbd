import { manifestOf } from '../places.ts'
import { published } from '../published.ts'
import { summaryOf } from './doc-comment.ts'
import { type Entry, entryPage } from './entry-page.ts'
import { indexPage } from './index-page.ts'
import { openEntries } from './open-entries.ts'

interface Source extends Pick<Entry, 'specifier' | 'file'> {
  /** The module behind it, as a path from the root. */
  readonly source: string
  /** What its package says of itself, for a module that says nothing. */
  readonly description: string
}

/** Every public entry of every package. */
const sources: readonly Source[] = published.flatMap(({ folder, entries }) => {
  const { name, exports, description = '' } = manifestOf(folder)
  return entries.map((entry) => {
    const path = entry.replace(/^\.\/?/, '')
    return {
      specifier: path === '' ? name : `${name}/${path}`,
      file: `${path === '' ? folder : path}.md`,
      source: `packages/${folder}/${exports[entry]?.replace(/^\.\//, '')}`,
      description,
    }
  })
})

/** The pages of `docs/api/`, by their file names: what the docstrings of every public entry say. */
export function apiPages(): Readonly<Record<string, string>> {
  using modules = openEntries(sources.map(({ source }) => source))
  const entries = sources.map(({ specifier, file, source, description }): Entry => {
    const module = modules.read(source)
    const [first] = module.file.statements
    const said = first === undefined ? '' : summaryOf(first)
    return { specifier, file, module, about: said === '' ? description : said }
  })
  const pages = entries.map((entry) => [entry.file, entryPage(entry, entries)])
  return { 'README.md': indexPage(entries), ...Object.fromEntries(pages) }
}
