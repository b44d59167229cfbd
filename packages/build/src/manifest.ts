import { builtEntry } from './entries.ts'
import { leanUndici } from './lean-undici.ts'
import { type Owner, owner } from './owner.ts'
import type { Manifest } from './places.ts'
import { programFile } from './programs.ts'
import type { Published } from './published.ts'

/**
 * The package.json that others get. Inside the workspace `exports` names sources, which Node runs as
 * they stand; from `node_modules` it runs none.
 * @param imported what the built modules and types import that is not their own
 */
export function publishedManifest(
  what: Published,
  manifest: Manifest,
  imported: readonly string[],
  { repository }: Owner = owner,
) {
  const { name, version, description, keywords, license, type, engines, sideEffects } = manifest
  const { programs = {}, pages = [], folder } = what
  const needed = rangesOf(manifest.dependencies ?? {}, imported)
  return {
    name,
    version,
    ...(repository === ''
      ? { private: true }
      : { repository: { type: 'git', url: repository, directory: `packages/${folder}` } }),
    description,
    keywords,
    license,
    type,
    engines,
    sideEffects,
    exports: {
      ...Object.fromEntries(what.entries.map((entry) => [entry, builtEntry(entry, manifest)])),
      './package.json': './package.json',
    },
    ...(needed['undici'] !== undefined && { imports: leanUndici.imports }),
    ...(Object.keys(programs).length > 0 && {
      bin: Object.fromEntries(Object.keys(programs).map((each) => [each, programFile(each)])),
    }),
    files: ['dist', 'NOTICE', ...pages],
    dependencies: needed,
    // The types speak of Node's and undici's, whose own speak of Node's.
    peerDependencies: { '@types/node': '>=22.19' },
    peerDependenciesMeta: { '@types/node': { optional: true } },
    publishConfig: { access: 'public', provenance: true },
  }
}

/**
 * What is imported, and no more. Others' packages may be newer than those we test with, so that a
 * repair of theirs reaches whoever uses ours.
 */
function rangesOf(
  dependencies: Readonly<Record<string, string>>,
  imported: readonly string[],
): Readonly<Record<string, string>> {
  const needed = Object.entries(dependencies).filter(([name]) =>
    imported.some((id) => id === name || id.startsWith(`${name}/`)),
  )
  return Object.fromEntries(
    needed.map(([name, version]) => [name, name.startsWith('@lapse/') ? version : `^${version}`]),
  )
}
