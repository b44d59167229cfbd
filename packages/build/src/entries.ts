import type { Manifest } from './places.ts'
import type { Published } from './published.ts'

/** The sources of a package's entries, by the name each has in `dist` without an extension. */
export function sourcesOf(
  { entries, programs = {} }: Published,
  manifest: Manifest,
): Readonly<Record<string, string>> {
  const paths = [
    ...entries.map((entry) => sourceOf(entry, manifest)),
    ...Object.values(programs).map((path) => `./src/${path}`),
  ]
  return Object.fromEntries(paths.map((path) => [nameOf(path), path]))
}

/** What an entry is in the published package: a module and its types. */
export function builtEntry(entry: string, manifest: Manifest) {
  const name = nameOf(sourceOf(entry, manifest))
  return { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` }
}

/** `./src/ory/index.ts` is `ory/index`. */
function nameOf(source: string): string {
  return source.replace(/^\.\/src\//, '').replace(/\.ts$/, '')
}

function sourceOf(entry: string, { name, exports }: Manifest): string {
  const source = exports[entry]
  if (source === undefined) throw new Error(`${name} has no entry ${entry}`)
  return source
}
